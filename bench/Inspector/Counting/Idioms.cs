namespace PpcJit.Inspector.Counting;

/// <summary>
/// Idioms of compiled C, each as an endless loop: what one of them costs does not drown in a program. Labels, and
/// <c>set rN,VALUE</c> for the two instructions that load a constant; r1 is a stack.
/// </summary>
internal static class Idioms
{
    /// <summary>Names and instructions.</summary>
    public static IReadOnlyList<(string Name, string Text)> All { get; } =
    [
        ("frame", """
            top: bl f ; b top
            f: stwu r1,-32(r1) ; mfspr r0,8 ; stw r0,36(r1) ; stw r30,24(r1) ; stw r31,28(r1) ; or r31,r3,r3 ; addi r30,r31,1
            lwz r0,36(r1) ; lwz r30,24(r1) ; lwz r31,28(r1) ; mtspr 8,r0 ; addi r1,r1,32 ; bclr 20,0
            """),
        ("leaf-call", "top: bl f ; addi r4,r3,2 ; b top ; f: addi r3,r3,1 ; bclr 20,0"),
        ("nested-calls", """
            top: bl f ; b top
            f: stwu r1,-16(r1) ; mfspr r0,8 ; stw r0,20(r1) ; bl g ; bl g ; lwz r0,20(r1) ; mtspr 8,r0 ; addi r1,r1,16 ; bclr 20,0
            g: addi r3,r3,1 ; bclr 20,0
            """),
        ("multiple-registers", "top: stmw r20,-64(r1) ; addi r20,r20,1 ; lmw r20,-64(r1) ; b top"),
        ("structure", "set r9,0x80000 ; top: lwz r3,0(r9) ; lwz r4,4(r9) ; lwz r5,12(r9) ; add r3,r3,r4 ; add r3,r3,r5 ; stw r3,8(r9) ; b top"),
        ("structure-bytes", "set r9,0x80000 ; top: lbz r3,0(r9) ; lbz r4,1(r9) ; lhz r5,2(r9) ; add r3,r3,r4 ; stb r3,4(r9) ; sth r5,6(r9) ; b top"),
        ("list", "set r9,0x80000 ; stw r9,0(r9) ; top: lwz r3,4(r9) ; lwz r9,0(r9) ; add r4,r4,r3 ; b top"),
        ("word-copy", """
            top: set r3,0x80000 ; set r4,0x84000 ; addi r5,r0,256 ; mtspr 9,r5
            loop: lwzu r6,4(r3) ; stwu r6,4(r4) ; bc 16,0,loop
            b top
            """),
        ("short-copy", """
            top: set r3,0x80000 ; set r4,0x84000 ; addi r5,r0,4 ; mtspr 9,r5
            loop: lwzu r6,4(r3) ; stwu r6,4(r4) ; bc 16,0,loop
            b top
            """),
        ("unrolled-copy", """
            top: set r3,0x80000 ; set r4,0x84000 ; addi r5,r0,64 ; mtspr 9,r5
            loop: lwz r6,0(r3) ; lwz r7,4(r3) ; lwz r8,8(r3) ; lwz r9,12(r3) ; stw r6,0(r4) ; stw r7,4(r4) ; stw r8,8(r4) ; stw r9,12(r4)
            addi r3,r3,16 ; addi r4,r4,16 ; bc 16,0,loop
            b top
            """),
        ("clear", "top: set r3,0x80000 ; addi r4,r0,0 ; addi r5,r0,256 ; mtspr 9,r5 ; loop: stwu r4,4(r3) ; bc 16,0,loop ; b top"),
        ("byte-copy", """
            set r3,0x80000 ; addi r6,r0,65 ; addi r5,r0,90 ; mtspr 9,r5 ; fill: stbu r6,1(r3) ; bc 16,0,fill ; stb r0,1(r3)
            top: set r3,0x80000 ; set r4,0x84000
            loop: lbzu r6,1(r3) ; stbu r6,1(r4) ; cmpwi 0,r6,0 ; bc 4,2,loop
            b top
            """),
        ("string-length", """
            set r3,0x80000 ; addi r6,r0,65 ; addi r5,r0,90 ; mtspr 9,r5 ; fill: stbu r6,1(r3) ; bc 16,0,fill ; stb r0,1(r3)
            top: set r3,0x80000
            loop: lbzu r6,1(r3) ; cmpwi 0,r6,0 ; bc 4,2,loop
            b top
            """),
        ("string-compare", """
            set r3,0x80000 ; addi r6,r0,65 ; addi r5,r0,90 ; mtspr 9,r5 ; fill: stbu r6,1(r3) ; bc 16,0,fill ; stb r0,1(r3)
            top: set r3,0x80000 ; set r4,0x80000
            loop: lbzu r6,1(r3) ; lbzu r7,1(r4) ; cmpw 0,r6,r7 ; bc 4,2,top ; cmpwi 0,r6,0 ; bc 4,2,loop
            b top
            """),
        ("sum", "top: set r3,0x80000 ; addi r5,r0,256 ; mtspr 9,r5 ; loop: lwzu r6,4(r3) ; add r4,r4,r6 ; bc 16,0,loop ; b top"),
        ("internet-checksum", """
            top: set r3,0x80000 ; addi r5,r0,256 ; mtspr 9,r5 ; addic r4,r4,0
            loop: lwzu r6,4(r3) ; adde r4,r4,r6 ; bc 16,0,loop
            addze r4,r4 ; b top
            """),
        ("table-crc", """
            set r9,0x84000
            top: set r3,0x80000 ; addi r5,r0,256 ; mtspr 9,r5
            loop: lbzu r6,1(r3) ; xor r6,r6,r4 ; rlwinm r6,r6,2,22,29 ; lwzx r6,r9,r6 ; rlwinm r4,r4,24,8,31 ; xor r4,r4,r6 ; bc 16,0,loop
            b top
            """),
        ("bit-crc", """
            set r9,0x4c11db7
            top: addi r5,r0,32 ; mtspr 9,r5
            loop: cmpwi 0,r4,0 ; rlwinm r4,r4,1,0,30 ; bc 4,0,even ; xor r4,r4,r9
            even: addi r4,r4,3 ; bc 16,0,loop
            b top
            """),
        ("wide-sum", "top: addc r3,r3,r5 ; adde r4,r4,r6 ; subfc r7,r5,r3 ; subfe r8,r6,r4 ; b top"),
        ("halving", "top: srawi r4,r3,1 ; addze r4,r4 ; addi r3,r3,7 ; add r5,r5,r4 ; b top"),
        ("division", "addi r5,r0,7 ; top: divwu r4,r3,r5 ; mullw r6,r4,r5 ; subf r6,r6,r3 ; addi r3,r3,13 ; b top"),
        ("scale", "set r9,0x80000 ; top: rlwinm r4,r3,2,22,29 ; lwzx r5,r9,r4 ; add r6,r6,r5 ; addi r3,r3,1 ; b top"),
        ("switch", """
            set r9,0x80000 ; set r10,0x10100 ; stw r10,0(r9) ; addi r10,r10,8 ; stw r10,4(r9) ; addi r10,r10,8 ; stw r10,8(r9) ; stw r10,12(r9)
            top: rlwinm r4,r3,2,28,29 ; lwzx r5,r9,r4 ; mtspr 9,r5 ; addi r3,r3,1 ; bcctr 20,0
            org 0x100 ; addi r6,r6,1 ; b top ; addi r6,r6,2 ; b top ; addi r6,r6,3 ; b top
            """),
        ("pointer-call", "set r9,0x10100 ; top: mtspr 9,r9 ; bcctrl 20,0 ; b top ; org 0x100 ; addi r3,r3,1 ; bclr 20,0"),
        ("far-call", "set r9,0x12000 ; top: mtspr 8,r9 ; bclrl 20,0 ; b top ; org 0x2000 ; addi r3,r3,1 ; bclr 20,0"),
        ("compare-chain", """
            top: addi r3,r3,1 ; rlwinm r4,r3,0,29,31 ; cmpwi 0,r4,1 ; bc 12,2,one ; cmpwi 0,r4,4 ; bc 12,1,big ; addi r5,r5,1 ; b top
            one: addi r6,r6,1 ; b top
            big: addi r7,r7,1 ; b top
            """),
        ("largest", """
            top: set r3,0x80000 ; addi r5,r0,256 ; mtspr 9,r5 ; addi r4,r0,0
            loop: lwzu r6,4(r3) ; cmpw 0,r6,r4 ; bc 4,1,next ; or r4,r6,r6
            next: bc 16,0,loop
            b top
            """),
        ("two-conditions", "top: addi r3,r3,1 ; cmpwi 0,r3,9 ; cmpwi 1,r4,7 ; crand 2,2,6 ; bc 12,2,top ; addi r4,r4,1 ; b top"),
        ("record-forms", "top: addi r3,r3,5 ; andi. r4,r3,12 ; bc 12,2,top ; rlwinm. r5,r3,28,4,31 ; bc 12,2,top ; addi r6,r6,1 ; b top"),
        ("insert", "top: rlwimi r4,r3,8,16,23 ; rlwimi r4,r3,0,24,31 ; cntlzw r5,r4 ; addi r3,r3,1 ; b top"),
        ("matrix-row", """
            set r9,0x80000
            top: addi r5,r0,16 ; mtspr 9,r5 ; or r3,r9,r9 ; addi r4,r9,1024 ; addi r8,r0,0
            loop: lwz r6,0(r3) ; lwz r7,0(r4) ; addi r3,r3,4 ; addi r4,r4,64 ; mullw r6,r6,r7 ; add r8,r8,r6 ; bc 16,0,loop
            stw r8,2048(r9) ; b top
            """),
        ("insertion", """
            set r9,0x80000
            top: addi r5,r0,8 ; addi r3,r9,64 ; mtspr 9,r5 ; addi r6,r6,1
            loop: lwz r4,-4(r3) ; cmpw 0,r4,r6 ; bc 4,1,done ; stw r4,0(r3) ; addi r3,r3,-4 ; bc 16,0,loop
            done: stw r6,0(r3) ; b top
            """),
        ("interrupts-off", "top: mfmsr r3 ; wrteei 0 ; lwz r4,0(r1) ; addi r4,r4,1 ; stw r4,0(r1) ; wrtee r3 ; b top"),
    ];
}
