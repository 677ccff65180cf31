#!/bin/bash
#SBATCH --job-name=ppcjit-scenario
#SBATCH --ntasks=1
#SBATCH --mem-per-cpu=1G
#SBATCH --output=ppcjit-%A-%a.log
# Runs one part of a scenario in each task of a Slurm job array. The parts are the same on every machine, and merge to what one run would give.
#
#   sbatch --array=1-16 scenarios/slurm-array.sh kern-54994 results
#   ./ppcjit scenario merge results/part-*.json --report whole.html
#
# The folder of the results must be seen by all nodes. The program should have been built before (./ppcjit --version), or the first task builds it.
set -euo pipefail
scenario=$1
results=$2
shift 2

# The script itself is copied to the node, so the checkout is where the job was submitted.
root=${PPCJIT_ROOT:-$SLURM_SUBMIT_DIR}
mkdir -p "$results"
exec "$root/ppcjit" scenario run "$scenario" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
	--jobs "${SLURM_CPUS_PER_TASK:-1}" --report "$results/part-$SLURM_ARRAY_TASK_ID.json" "$@"
