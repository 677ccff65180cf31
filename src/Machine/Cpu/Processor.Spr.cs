namespace PpcJit.Machine.Cpu;

/// <content>Special purpose registers with their read and write rules.</content>
public sealed unsafe partial class Processor
{
    /// <summary>Reads an SPR. Privilege is the caller's to check.</summary>
    /// <returns>False when the 405 has no such register to read.</returns>
    public bool TryReadSpr(int number, out uint value)
    {
        CpuState* s = State;
        uint? read = number switch
        {
            Spr.Xer => s->Xer,
            Spr.Lr => s->Lr,
            Spr.Ctr => s->Ctr,
            Spr.Srr0 => s->Srr0,
            Spr.Srr1 => s->Srr1,
            Spr.Usprg0 => s->Usprg0,
            >= Spr.Sprg4Read and <= Spr.Sprg7Read => s->Sprg[number - Spr.Sprg4Read + 4],
            Spr.TblRead or Spr.Tbl => (uint)Timers.Timebase,
            Spr.TbuRead or Spr.Tbu => (uint)(Timers.Timebase >> 32),
            >= Spr.Sprg0 and <= Spr.Sprg7 => s->Sprg[number - Spr.Sprg0],
            Spr.Pvr => Model.ProcessorVersion,
            Spr.Mcsr when Model.HasMachineCheckSyndrome => s->Mcsr,
            Spr.Zpr => s->Zpr,
            Spr.Pid => s->Pid,
            Spr.Ccr0 => s->Ccr0,
            Spr.Iac3 => s->Iac[2],
            Spr.Iac4 => s->Iac[3],
            Spr.Dvc1 => s->Dvc[0],
            Spr.Dvc2 => s->Dvc[1],
            Spr.Sgr => s->Sgr,
            Spr.Dcwr => s->Dcwr,
            Spr.Sler => s->Sler,
            Spr.Su0r => s->Su0r,
            Spr.Dbcr1 => s->Dbcr1,
            Spr.Icdbdr => s->Icdbdr,
            Spr.Esr => s->Esr,
            Spr.Dear => s->Dear,
            Spr.Evpr => s->Evpr,
            Spr.Tsr => s->Tsr,
            Spr.Tcr => s->Tcr,
            Spr.Pit => Timers.Pit,
            Spr.Srr2 => s->Srr2,
            Spr.Srr3 => s->Srr3,
            Spr.Dbsr => s->Dbsr,
            Spr.Dbcr0 => s->Dbcr0,
            Spr.Iac1 => s->Iac[0],
            Spr.Iac2 => s->Iac[1],
            Spr.Dac1 => s->Dac[0],
            Spr.Dac2 => s->Dac[1],
            Spr.Dccr => s->Dccr,
            Spr.Iccr => s->Iccr,
            _ => null,
        };
        value = read ?? 0;
        return read is not null;
    }

    /// <summary>Writes an SPR, keeping reserved bits zero. Privilege is the caller's to check.</summary>
    /// <returns>False when the 405 has no such register to write.</returns>
    public bool TryWriteSpr(int number, uint value)
    {
        CpuState* s = State;
        switch (number)
        {
            case Spr.Xer: s->Xer = value; break;
            case Spr.Lr: s->Lr = value; break;
            case Spr.Ctr: s->Ctr = value; break;
            case Spr.Srr0: s->Srr0 = value & ~3u; break;
            case Spr.Srr1: s->Srr1 = value & Cpu.Msr.Implemented; break;
            case Spr.Usprg0: s->Usprg0 = value; break;
            case >= Spr.Sprg0 and <= Spr.Sprg7: s->Sprg[number - Spr.Sprg0] = value; break;
            case Spr.Tbl: Timers.WriteTimebase((Timers.Timebase & 0xffffffff_00000000) | value); break;
            case Spr.Tbu: Timers.WriteTimebase((uint)Timers.Timebase | ((ulong)value << 32)); break;
            case Spr.Mcsr when Model.HasMachineCheckSyndrome: s->Mcsr &= ~value; break; // Writing 1 clears
            case Spr.Zpr: s->Zpr = value; TranslationRulesChanged(); break;
            case Spr.Pid: s->Pid = value & 0xff; break;
            case Spr.Ccr0: s->Ccr0 = value; TranslationRulesChanged(); break;
            case Spr.Iac1: s->Iac[0] = value & ~3u; break;
            case Spr.Iac2: s->Iac[1] = value & ~3u; break;
            case Spr.Iac3: s->Iac[2] = value & ~3u; break;
            case Spr.Iac4: s->Iac[3] = value & ~3u; break;
            case Spr.Dvc1: s->Dvc[0] = value; break;
            case Spr.Dvc2: s->Dvc[1] = value; break;
            case Spr.Dac1: s->Dac[0] = value; break;
            case Spr.Dac2: s->Dac[1] = value; break;
            case Spr.Sgr: s->Sgr = value; TranslationRulesChanged(); break;
            case Spr.Dcwr: s->Dcwr = value; TranslationRulesChanged(); break;
            case Spr.Sler: s->Sler = value; TranslationRulesChanged(); break;
            case Spr.Su0r: s->Su0r = value; TranslationRulesChanged(); break;
            case Spr.Dccr: s->Dccr = value; DataCache.DropUncacheable(value); TranslationRulesChanged(); break;
            case Spr.Iccr: s->Iccr = value; break;
            case Spr.Dbcr0: Debug.WriteControl0(value); break;
            case Spr.Dbcr1: s->Dbcr1 = value & 0xffcfff00; break;
            case Spr.Dbsr: Debug.WriteStatus(value); break;
            case Spr.Esr: s->Esr = value & Cpu.Esr.Implemented; break;
            case Spr.Dear: s->Dear = value; break;
            case Spr.Evpr: s->Evpr = value & 0xffff0000; break;
            case Spr.Tsr: Timers.WriteTsr(value); break;
            case Spr.Tcr: Timers.WriteTcr(value); break;
            case Spr.Pit: Timers.WritePit(value); break;
            case Spr.Srr2: s->Srr2 = value & ~3u; break;
            case Spr.Srr3: s->Srr3 = value & Cpu.Msr.Implemented; break;
            default: return false;
        }

        return true;
    }

    private void TranslationRulesChanged() => Tlb.Observer?.AllTranslationsChanged();
}
