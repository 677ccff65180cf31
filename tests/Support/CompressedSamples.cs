namespace PpcJit.Tests.Support;

/// <summary>The same bytes in each compressed format, for tests that cannot have its compressor.</summary>
internal static class CompressedSamples
{
    private static readonly string[] Words =
        ["the", "kernel", "loads", "a", "page", "of", "memory", "into", "cache", "and", "then", "jumps", "to", "its", "first", "instruction"];

    /// <summary>What they decompress to: words, then a program that calls and calls.</summary>
    public static byte[] Contents { get; } = Make();

    /// <summary>Made by <c>bzip2 -c -1 c</c>.</summary>
    public static byte[] Bzip2 { get; } = Convert.FromBase64String(
        """
        QlpoMTFBWSZTWU4SP90ABZ7//+cyOiJSqiJv9mI3oP///vcmYng7Oyoz9yL2onIjpnZjUAO7AGD3VVKBFPUpppmghiaZGjQbUaADRk9TQANAyGmhoDR6hoHqGmmmmj0jyZTDJCKp/sgK
        qmJhGAACZDAAAAAACYmAAAAAAAAAk0qqANTEwCMCYJgAhgAEYJpkwAAEYRhGCDAAaBBgAJgACMAAIwAEaMTTAEwAATCMIwEyYjEDAilKekNNIGmBANGgZGEwg000YEaNGQ0aNGhiMAgM
        IBoaaaaNRJDPhAiWMhAzecEwlo0UthZaN+7+E0exTZa4IdsNKuoOwS0RmCUFJ14pUlrcWr24ELZu4ukESUcwcB1QrCqyXdpbtUvACpbJcBiiiYFG2UhqWiigLE0qNNXbsrK9ItnAGA6M
        UBm5h5MGoRzC0YhGqmZZRmNql2xZYeosPColOjmViHQEU5EGZAtbm7RYtiwKVTMkiYaAtG6hLZLsIoaFeoiKMVJSlaBgCXkuXcIKKhDEUYihMiTcoSrIpDvbClWkaABJe5EXM3MusExb
        zZdHCLThjRQqFZ2lDYNMlS5uZh3hpAAmXdoWmWyzS7iWEIirK5gxZEkEkiSAgAz4jQ6KUpmP1sKOX28CbB3GNS2bAqWzKNa6G5duNKAJj7FgcTOBCyCZM5se8kIUTKF0qOrMWzi3rc92
        zsmhZKDmIcLWK4etlHSThqsXYEO9mvC22JaWxgGAAEAQICA958XLc7qq2nIpVGJ2PLK9UlYcwZVQ9L4UOmr4JsalXGt08Fh1LM5D2lI0avufvS0Dk0nS7Pf80r5XzVKCUe3ZBW/cc9T+
        2qVNWej+/SsLbRRVk+cFGq+3wERngIASJBIpgBADMUZNhR/SAf1RlEZYUeqo7YLsCNgBg4MRgrBRVkVVIqrCLFiGCEggYKNlFeogyou2KzkAmoBQyE/QxiKRFjGKCqkYqIKrFVZsogyA
        u0gEgontFdzIgEwkkQZ6BMaQMVKRVGIsioxiiigqIRNEemK/cQaIQeEgFCgE8C7pBkUiQMDAxRJMNADEBJi4EwTI4S21baIVWsqKUrSjai1qFLQtRZbVpDAREMTkApAXaQCaUai/6CkB
        YmEEMVEVFEYxWMWIqGGCTAJAxASfIgYmWBMbYO3pVbZbbFKrERtKqFYiixKMUpbWllg2tLbY20t+Yu5IpwoSCcJH+6A=
        """);

    /// <summary>Made by <c>xz --format=lzma -c -9e c</c>.</summary>
    public static byte[] Lzma { get; } = Convert.FromBase64String(
        """
        XQAAAAT//////////wA6GgjULWYzXYxZGxTCkiZDG+B0406oUic3fh9QOIAHCY1mBKFZ85pI/8oYCjEtmTu8qzT64XA/+OwIMYJMgemRKYPwu+HES3k+VW6ob94j7sBF+ZPVHEslVJHP
        AdnIocrltCG4RKBXZqfopqNKWP2a0oRE/9IgBksYTlAFLjPtxZgkuaQEgNtR0FamGc/Jxu6r50/eMsO8DZA5UbGxxfGE0alEm4w1CJaC+YBdiRBuuZtc7p3JQ1LOdGTW/S0W+sVyAZqp
        hkptsjtCVNtwRHSVbTzupbrp2UI7kjv57Wey2gJQBZLwKQSGDf8e52vgh0I97wy7/vrjjkRMxHi4WvgYDb91W9xWdr/Lpqf8/+Vmr1xKdhObx/1a+YwUdOqYxRHsjzSO2d7/Skk6xZ0R
        6fgAvdaY1sCJzP2ALpYWiqNLvRWfiFwArweYWIpZjWXU8dz6pqXwbS0O0EWEBAnkPwMEZdWGSE4fCobBC1h0V+swo5p4mSNToBlbfnE0IJoABt3EpqTg63QLkctCwtKwkLUMo/6iCkSg
        dphGE3XHICrB+dmvdcuyTqBeu5PODVLxXOUvcZENffzcgOby7PDybTuKQoP/w6feNEHDf1ZgP/AvpjENM47KM0NXB+NwGLDxL01q9yQXq7xPDMVi6NA9VFmlgMCvH+cLsZ00m4lHMZIR
        2s6RjDVLcVGtR172+8M9MZRMKtv32FUyN9Qu/4xRQi+nG0rOTJERnp5MS8pKYJKiLkBSoQivDfwYCS9xedhZczUftfVYSdlwVmzOLd2RRwzMbzZNby+saI7g8/xZ58gPwR7DONz0N7y8
        5g2mwA5fDrJlWqCANLA1BRCL1PpHiVqeYB4bKdh8e4ssq1GPruNp3kiwXxGcC6x6+kgOI2wX1s0/wWcBCF67IZfhpBdYtA1TMhzAjaWBry2ZMa1B+/GDssnRFmGQNT7DTjeuSWJu+zHf
        T4cPWY57KRgNd6dieiD6O3l/zZs14K0D3GpcUpvivt1Yo0f44u+vnGJTJgina2u4qSJvv/G2coPP48W+6oN8I5F5q/k6CWFXAko1Wq7cUa9oJvkFZWfcQo7LUzMRLpemuK6eGOtbc3Fs
        HxAekfi2X1A2OMhVmHrAlhMGw/Ltbne5e+X/WEzoAA==
        """);

    /// <summary>Made by <c>lzop -c -9 --crc32 c</c>.</summary>
    public static byte[] Lzop { get; } = Convert.FromBase64String(
        """
        iUxaTwANChoKEEAgoBABAwkDABEIAACBpGsNFCgAAAAAAWPIPqIPAAAMhAAABMEVRbAVFnRoZW4gkAAHaW5zdHJ1Y3Rpb0ACAAFvIGtlcm5lbCBtZW1vcnkgYW5kK4AAAXBhZ2V0BIcH
        Y2FjCAEtwABDAyBvZpgAuATUBCoQAcgFwwdpdHO4CQFsb2FkyAF4DvQMfAPIBakJYZgKMUABXA4xVwBmaXIMBNQAuBdUByjEANUOb2gAKZAAZBCpA2HYDsgaJ7gCmAQCanVtcHMoGAG6
        AWlu3AS8CZQFqAFwAm0AYSugAiosAClQBChEBShYAGQLVA20CdACSALIBaQXKDkCYZgY2ATYAKQDtADANfwISAHECNwJ2BmkHtgg+DloHPwcJyEAYaAIK0gJKGgH0BJJEmFkIIAHKhQE
        UAgn7QVhvAFoAdARKqwAYBfcD2QTuCEomAagDehYJ5wA5FbMMcwpsBwq6Ae4AKwF4CkoOQdh/ACsVEQIwAYrkArkFCsgBChIAic8Byh8AKQNNlwILZQOkBcuVAUpXAMtzAncDieEBCmw
        DaAYsCC0ACugCIhtLaQGLZgMgD9oNidABChECvIsYSAowBEqtAZsBzE8Cyi0BSnsDbxv8DCICSnQEbgV4Xxu7FsuBAbERiuMByhwC1AGKXwLKVwMKLQC0FInaBIpSAMqDBDIf5AfKagB
        6DQtfAwqQAB0C2SZK9QNyBH4LDCQAsRXMDQBLGwFKMADLNgWK8wHZAycCTIwDyw8AcQELagLWBcnJAUnhg1vZilACqQEKbATwRNvKeABKYkadPhc4KjYFimUGiisBCosC7CIKSwLJzwB
        MCQGxEYoDgR0bypMGtAVJ/0Jbym0HPhgKFgUuA/ha2Ex/AwrPAGAHirYBCpECS78DdRDMBgdKNAaKngGJ1wXLDgXmBQwcB4r/AArzA0pJAUr7ALkXCcQBC98BivUICpoAipsHpADqBQq
        YBMnpBon1A3MjCrQDiicBP6OdHMrOA4pWACcHipsHSm8BtgCKzEfdOQBLiwkKNAHK2gW8FEHICBIAEBROGAA5V0ADV0A8l0AWV0ACl0ABV0AK10AEV0A8Q4BP+1dAEldASldAKVdACVd
        AHjdB8fdB7ddBNldAM9dAOVdAMHdB2zdA7JdAvldAHzdA5BdANFdALhdAx1dAEJdAeldADzdD9hdAAFdAEjdAyJdAAldAIhdBMVdALbdAxNdAb1dAFHdCwldANXdDOFdAFbdF8ldALld
        AJtdAPVdAMxdAPFdAJ5dAI1dACldAKndF8XdB5FdAK3dAwZdAIldAKNdAGXdAcFdAP5dAG1dAKtdAGldAD3dB0TdA6HdEwRdAEldAF/dBz5dAIFdADVdAH1dAHJdAHldAFTcA30pQV0A
        vt0LUl0AmV0AHV0ARd0BcV0AFV0ALV0A510AOV0Aml0AhV0AAN0Hul0ADb01P303bV0AVV0Ad1wAfSe53QdX3BN8AH07dNwDXgA+/V0Akt0H2l0ABd0BAd0MTV0AEt0Pyl0ANV0AYV0A
        MdwSfTfmXQjJXQCm3QeTXQHhvgc+zd0tGV0AYl0BtV0A7F0AsV0AJV0A3V0AflwAfTN6XAB9O8hcAH03hFwAfTsnXAB9R/RdAPW+Wj6hXQBNXQCdXQC8XQCJ3QSlXQA7XQCR3Ap9L/Dd
        E/jdA6IRAAAAAAAA
        """);

    /// <summary>Made by <c>lz4 -c -9 --content-size c</c>.</summary>
    public static byte[] Lz4 { get; } = Convert.FromBase64String(
        """
        BCJNGGxAhAwAAAAAAAAW6QUAAFF0aGVuIAUA+RFpbnN0cnVjdGlvbiB0byBrZXJuZWwgbWVtb3J5IGFuZCEAQHBhZ2UmAAE6AFtjYWNoZTEAYXRoZSBvZgcAAicAAyYACEUAAysAAzkA
        Mml0c08AQ2xvYWQLAAB3AARmAAAgAAMrAAJLAD9hIHRRAAMvb2YWAAFTZmlyc3QGAAK/ACdoZTIAA3YAEG8DAAclAACCAAIbABNhdwAD0wAFrwABJwBWanVtcHNHAAIPACNpbigAAlAA
        AS4AAgsAABUAAAQAGWGpAAiCAQcVAQZSAQYXAABaACNvZk4AAxUAJHRvKwACugAGjwARYccAAycAAwcAAhoAAgYAA6kBBEgAJGhlQgADUAADzwAndHPJAQTPASZ0b+gABfEAEmFBAAlT
        AgbbAQOVACBuZJkAAzkACAYBJnRvfAESYRAAAAsAA40ACCwAALkAA4AAAJoAAg8BBqcBAmkABMMCBSgABLICA4wBA0wBAuUACPsBAgcAAukABEkBBs8BFGEIAAKkAiRvZjEACaUCBKIA
        CQkBBpMABdABBiAAAmoAChIBDwwAAwT7AAxWAQfYAAt0AgN4AAUiAQdtAwLBAAIFAQK/AgkpAgFrAwuqAQsnAyNpdNUBBREBBpICBGUBAbQDGG6XAAKuAQBbAA/QAgAGbgEHfAMmaGWk
        AwNQAAd1BAKvAAThAwIjAi1oZYIBAzICCeQBBt0CKG9m4AIHGAMGrgADlQIFmwQH0wAIBAQD+wMB/QAHawAEewILIAMIhAUAXgArb2Z2AwOLAARnAQ6lAAO6Ag5OAApcAQbxAAq3BQn0
        AQBiAAFQAA/NAwEKUAADIgAsdG+fAyZvZlMBBSUFBpECAiIAB+0EA5kAF295AAejBhR05wIEQQUD0QIHpgYGLAEIzAICRQQHzAIFUAAOigEnb2ZJAgPNAgeUBgODBQWAAgEyBgeYAQYJ
        BQAXBQJ/AARZAx9hQAMACVAAAfEACDcBCFICDIADAx4CDkcHBrUGCJ8BBdgFCs8FAacADp0HCUAACXQDB0oBCbwAKm9mDAQOoAEJNggImwAInAcBHQACowAI2QQFqgYFdgMDZAQItQMG
        KAEEeAQpdHOPAwcXAAH4AAhcBwewAQMnAAnNBxR0CgAMDAkG9QEJmwUEjQLzMyAgSABAUThgAOVIAEANOGAA8kgAQFk4YAAKSABABThgACtIAEAROGAA8UgAP+04YABJSABAKThgAKVI
        AEAlOGAAeEAAE8dAAPMCt0gAP9k4YADPSAA/5ThgAMFAABNsIACTskgAP/k4YAB8IADzCpBIAD/ROGAAuEgAQB04YABCSAA/6ThgADyAAJPYSABAAThgAEggAPMCIkgAQAk4YACISAA/
        xThgALYgAJMTSAA/vThgAFFgAFMJSAA/1WgAU+E4YABWwADzFslIAD+5OGAAm0gAP/U4YADMSAA/8ThgAJ5IAD+NOGAAKUgAP6nAABPFQABTkThgAK0gANMGSAA/iThgAKNIAD9lEADz
        BsE4YAD+SAA/bThgAKtIAD9pOGAAPUAAE0QgABOhoACTBEgAP0k4YABfQADzCj5IAD+BOGAANUgAP304YABySAA/eThgAFQgAABQAVNBOGAAvmAA01JIAD+ZOGAAHUgAP0UQAPMOcThg
        ABVIAD8tOGAA50gAPzk4YACaSAA/hThgAABAAFK6SAA/DbABED/AAcBtSAA/VThgAHdIAD9AARO5QAATV6AAAAgAAOABE3QgAJN0SAA+/ThgAJJAAFPaSAA/BRAAEwFoAFNNOGAAEoAA
        08pIAD81OGAAYUgAPzGYAADAAZPmSAA+yThgAKZAAFKTSAA+4UAAIz7NcAHwERk4YABiSAA+tThgAOxIAD6xOGAAJUgAPt04YAB+SAA+oAFAekgAPuABQMhIAD7AAUCESAA+4AFAJ0gA
        PkACUvRIAD712ALzAz6hOGAATUgAPp04YAC8SAA+iSgAk6U4YAA7SAA+kVgAAIABE/CgAJD4SAA+pThgAKIAAAAAKLWnjw==
        """);

    /// <summary>Made by <c>zstd -c -19 --check c</c>.</summary>
    public static byte[] Zstd { get; } = Convert.FromBase64String(
        """
        KLUv/WSECwUdAGQQdGhlbiBpbnN0cnVjdGlvbyBrZXJuZWwgbWVtb3J5IGFuZHBhZ2VjYWNoZXRvZml0c2xvYWRhZmlyc3RvYWp1bXBzaW5hYWFhYWF0b290YXQgICBIAEBROGAA5Q3y
        WQoFKxHxSAA/7UkppSV4x7fZz+XBbLL5fJDRuB1C6TzYAUgiCYjFthO9UQnV4VbJuZv1zPGejSmpz5GtBomjZcH+batpPUShBElfPoE1fXJ5VLdBvlKZHUVxFS3nOZqFALoNeCltVXcB
        uVdJJXQBPv2S2gVNEso1YTEd5smmk+E+zRliteyxJd1+qXrVyPGE7Sfp9PXloU2dvImlO5F98PhIAD6lOGAAooGoqBFqSWq0GyERUYpByM4DUQVEMyYoCxWmIBnGI9ezJYC7jkf8aMND
        Fx8+6OINf5YW84acCxcZcgMSl0a5WRBsD0Rx5WYFHItCWWqNPyt0+aLD+wCi02ad8klyaI8C6rGfXHzoHmaOUdl2vAEXr2X6bA1DB0PTj+XXKO/Aj/qZYQayOp8RG2beBl/ILS7c3A5M
        V2pP+SXB37HjL7idhd8Y7EFcmS8vdrxKw+ROQiDTEyjrxrHj3oGemtKm1K85e1I6T/LIAD4M7eBGYZXI21qrDyhhmqeyiMDjcUQO6jQKBcjKafyINaXcbTZwD3SGipB0KrZTIhoB14Qo
        rRFCiMHtqkzTQdF5ppMMnTRIMFAjDQolAmv8GzTDsGRmRRwgNVrWaDJdPEioeibiBUiqGagJClCHw1RFHiHHCx7aIk0JY0NZF02WLdGCiz4S6L/p9JN5j6XAL9j6WklERPIMZaLGDa0X
        H8OBD81p5JhaXBsAU8074I/VkycUTC0xr41YxknKBZGncziYZKSCzoQE+Rb3TnpiYrEb7AO2QccwbfBkxIaiI5VJCFxIkCgYk4I4p9KnVhtl+Iykg4ARqYIr8BD7fe7MbanICvKT413K
        19qNN0+mh50qlUIlppIiedJNTNr7lvF+gvfnQ/ueeMi7Wr6GsGssnSpDwhrvDBxvwFuDTNwYd38gI8LYiNcctyyDdPFGoTLECYpeWxhz6WXG6pQ0a2IUAXcSYTVIr90JUQVSmklGewn3
        MGf0RFbMdGF0SJUFjAAHYI2nmegzEqsnBqy6UCUKRZXIjK0T/ebkLZihAkzIY9Y1SIRJNpJI2k4tFduRQ+pK45zaSGcsv6nU4IXuCrFqqUBWbTlDqaAXJb2niVJRaj+4gwoRM7aT
        """);

    /// <summary>Made by <c>xz -c --check=crc64 --powerpc --lzma2=preset=9e,dict=64KiB c</c>.</summary>
    public static byte[] Xz { get; } = Convert.FromBase64String(
        """
        /Td6WFoAAATm1rRGAgEFACEBCAB3aigA4AyDA05dADoaCNQtZjNdjFkbFMKSJkMb4HTjTqhSJzd+H1A4gAcJjWYEoVnzmkj/yhgKMS2ZO7yrNPrhcD/47AgxgkyB6ZEpg/C74cRLeT5V
        bqhv3iPuwEX5k9UcSyVUkc8B2cihyuW0IbhEoFdmp+imo0pY/ZrShET/0iAGSxhOUAUuM+3FmCS5pASA21HQVqYZz8nG7qvnT94yw7wNkDlRsbHF8YTRqUSbjDUIloL5gF2JEG65m1zu
        nclDUs50ZNb9LRb6xXIBmqmGSm2yO0JU23BEdJVtPO6luunZQjuSO/ntZ7LaAlAFkvApBIYN/x7na+CHQj3vDLv++uOOREzEeLha+BgNv3Vb3FZ2v8ump/z/5WavXEp2E5vH/Vr5jBR0
        6pjFEeyPNI7Z3v9KSTrFnRHp+AC91pjWwInM/YAulhaKo0u9FZ+IXACvB5hYilmNZdTx3PqmpfBtLQ7QRYQECeQ/AwRl1YZITh8KhsELWHRX6zCjmniZI1OgGVt+cTQgmgAG3cSmpODr
        dAuRy0LC0rCQtQyj/qIKRKB2mEYTdccgKsH52a91y7JOoF67k84NUvFc5S9xkQ19/NyA5vLs8PJtO4pCg//Dp940QcN/VmA/8C+mMQ0zjsozQ1cH43AYsPEvTWr3JBervE8MxWLo0D1U
        WaWAwK8f5wuxnTSbiUcxkhHazpGMNUtxUa1HXvb7wz0xlEwq2/fYVTI31C7/jFFCL6cbSs5MkRGenkxLykpgkqIuQFKhCK8N/BgJXE1ArX/C2sb22aoX/EWDXjtQnokym8ZijnsLre1A
        VL85AlzxacnlL4FiULsGWGVBgt5nmdqYuxHRRZDo6SznT41WOT/8qdY2uW9uJLElFi4+nP/MSAe5UsvGM+WyQ0EU9K0DOjxJY22+QSLfrGY4YVQlQWufBLNy34XtLBGpjHmPPG7qCZQc
        KbXg799mpjq52FfFoY1dKk9abYNGNatoHB9pNgSNR+Pecmkm9f2B0Gv99M0k27l6z3u/BvPuV7BM0WctsEYGe9Hrd8u88D8IRrwtWxQ4j1L83V/aEtZv9MW/a+BNXqWW3w87MTUdYsDu
        wH5fpkC+OGQGtU3P4Fs3P9CQUDvxvtt48tjLwXWAaqggWKpBJAAAAO8+ubDw70pGAAHqBoQZAAAKoAaKscRn+wIAAAAABFla
        """);

    private static byte[] Make()
    {
        uint random = 405;
        List<byte> bytes = [];
        while (bytes.Count < 2400)
            bytes.AddRange([.. Words[(Next() >> 16) % 16].Select(letter => (byte)letter), (byte)' ']);
        while (bytes.Count % 4 != 0)
            bytes.Add((byte)' ');
        for (uint n = 0; n < 100; n++)
        {
            uint value = Next();
            byte[] pair = new byte[8];
            pair.PutWord(0, 0x48000001 | ((0x4000 + (16 * ((value >> 16) % 8)) - (4 * n)) & 0x03fffffc));
            pair.PutWord(4, 0x38600000 | ((value >> 20) & 0xff));
            bytes.AddRange(pair);
        }

        return [.. bytes];

        uint Next() => random = ((random * 1103515245) + 12345) & 0x7fffffff;
    }
}
