#include "work.h"

const struct work common_work[] = {
	{ "sort", work_sort },
	{ "hash", work_hash },
	{ "records", work_records },
	{ "matrix", work_matrix },
	{ "filter", work_filter },
	{ "bytecode", work_bytecode },
	{ "strings", work_strings },
	{ "compress", work_compress },
	{ "recursion", work_recursion },
	{ NULL, NULL },
};
