using PpcJit.Inspector.Soaking;

namespace PpcJit.Inspector.Tests;

/// <summary>The rule that decides whether something keeps growing.</summary>
public sealed class SoakRuleTests
{
    private const int Looks = 60;

    [Test]
    public void A_flat_series_holds() => Assert.That(Judge(_ => 1000).Holds);

    [Test]
    public void A_series_that_rises_and_falls_with_generations_holds() => Assert.That(Judge(look => 500 + (look * 37 % 100 * 10)).Holds);

    [Test]
    public void A_series_that_grows_evenly_is_recognised() => Assert.That(Judge(look => 1000 + (50 * look)).Grows);

    [Test]
    public void A_series_that_grows_below_its_waves_is_recognised() => Assert.That(Judge(look => 500 + (look * 37 % 100 * 5) + (20 * look)).Grows);

    [Test]
    public void Growth_while_warming_up_holds() => Assert.That(Judge(look => Math.Min(look, Looks / 3) * 100).Holds);

    [Test]
    public void A_single_peak_does_not_count() => Assert.That(Judge(look => look == Looks - 5 ? 9000 : 1000).Holds);

    [Test]
    public void Generations_in_step_with_looks_do_not_pass_for_growth()
    {
        // A little more than two generations pass between two looks on average.
        const double Step = 2.01;
        Assert.That(Judge(look => Held(look * Step)).Grows, "looks at even distances are misled");

        double time = 0;
        Assert.That(Judge(look => Held(time += LookPace.Of(look) * Step)).Holds);

        static double Held(double generations) => 1000 * (generations % 1);
    }

    [Test]
    public void A_flat_series_above_its_bound_is_over_it()
    {
        SoakVerdict verdict = Judge(_ => 1000, bound: 999);
        Assert.That((verdict.Grows, verdict.IsOver, verdict.Holds), Is.EqualTo((false, true, false)));
    }

    [Test]
    public void A_soak_with_growing_code_fails_and_one_without_passes()
    {
        Assert.That(new SoakReport(SoakSettings.Short, Points(methods: _ => 700)).Holds);
        SoakReport growing = new(SoakSettings.Short, Points(methods: look => 700 + (30 * look)));
        Assert.That(growing.Holds, Is.False);
        Assert.That(growing.Text(), Does.Contain("GROWS").And.Contain("KEEPS GROWING"));
    }

    [Test]
    public void A_soak_with_too_few_generations_or_looks_says_nothing()
    {
        SoakReport still = new(SoakSettings.Short, [.. Points(_ => 700).Select(point => point with { Generations = 1 })]);
        Assert.That(still.Holds, Is.False);
        Assert.That(still.WhyTooShort, Does.Contain("dropped 0 times"));
        Assert.That(new SoakReport(SoakSettings.Short, [.. Points(_ => 700).Take(SoakRule.FewestLooks - 1)]).WhyTooShort, Does.Contain("looks"));
    }

    [Test]
    public void A_soak_whose_guest_stood_still_says_nothing()
    {
        SoakSettings contexts = SoakSettings.Short with { Phase = SoakPhase.All.Single(phase => phase.Name == "contexts") };
        SoakPoint[] points = [.. Points(_ => 700).Select(point => point with { Generations = 0 })];
        Assert.That(new SoakReport(contexts, points).Holds, "no code need be dropped here");
        Assert.That(new SoakReport(contexts, [.. points.Select(point => point with { Exits = 5 })]).WhyTooShort, Does.Contain("stood still"));
    }

    [Test]
    public void A_soak_of_recordings_forgets_again_and_again_and_stays_below_its_bound()
    {
        SoakSettings settings = SoakSettings.Short with { Phase = SoakPhase.All.Single(phase => phase.IsTypedAt), History = 1 << 20 };
        Assert.That(settings.Command("image", "console"), Has.Member("--history").And.Member("1048576"));
        SoakPoint[] points = [.. Points(_ => 700).Select((point, look) => point with { InputBytes = 1 << 20, InputsForgotten = look })];
        Assert.That(new SoakReport(settings, points).Holds);
        SoakReport wave = new(settings, [.. points.Select((point, look) => point with { InputBytes = 1000 * look })]);
        Assert.That(wave.Holds, "what rises below the bound falls again");
        SoakReport full = new(settings, [.. points.Select(point => point with { InputsForgotten = Math.Min(point.InputsForgotten, 30) })]);
        Assert.That(full.WhyTooShort, Does.Contain("forgotten too seldom"));
        SoakReport over = new(settings, [.. points.Select(point => point with { InputBytes = 2 << 20 })]);
        Assert.That(over.Verdicts.Single(verdict => verdict.IsOver).Name, Is.EqualTo("inputs kept, bytes"));
    }

    [Test]
    public void The_chart_is_XML_with_a_curve_for_each_thing()
    {
        string svg = SoakChart.Draw(new SoakReport(SoakSettings.Short, Points(_ => 700)));
        System.Xml.Linq.XDocument document = System.Xml.Linq.XDocument.Parse(svg);
        Assert.That(document.Descendants().Count(element => element.Name.LocalName == "polyline"), Is.EqualTo(4));
    }

    [Test]
    public void Steps_in_which_it_goes_up_by_itself_do_not_count_and_more_than_one_does()
    {
        Assert.That(Judge(look => look < 2 * Looks / 3 ? 300 : 1500).Grows);
        Assert.That(Judge(look => look < 2 * Looks / 3 ? 300 : 1500, step: 2000).Holds);
        Assert.That(Judge(look => look < 2 * Looks / 3 ? 300 : 3000, step: 2000).Grows);
    }

    private static SoakVerdict Judge(Func<int, double> value, double? bound = null, double step = 0) =>
        SoakRule.Judge("it", [.. Enumerable.Range(0, Looks).Select(value)], bound, step);

    private static SoakPoint[] Points(Func<int, int> methods) =>
    [
        .. Enumerable.Range(0, Looks).Select(look =>
            new SoakPoint(look, 500 * look, 0, look, methods(look), 15_000, 300_000, 400_000, 20_000_000, 90_000_000)
            {
                Exits = look,
            }),
    ];
}
