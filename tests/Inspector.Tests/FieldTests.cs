using System.Reflection;
using PpcJit.Inspector.Readings;

namespace PpcJit.Inspector.Tests;

/// <summary>The inspector reads another process by the names of fields, of which private ones are texts to it.</summary>
public sealed class FieldTests
{
    private static IEnumerable<Field> All() =>
        from type in typeof(Field).Assembly.GetTypes()
        from field in type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
        where field.FieldType == typeof(Field)
        select (Field)field.GetValue(null)!;

    [Test]
    public void Each_field_that_is_read_by_name_is_there() => Assert.Multiple(() =>
    {
        Assert.That(All().Count(), Is.GreaterThan(20));
        foreach (Field field in All())
            Assert.That(field.Exists, $"{field.Owner} has no {field.Name}.");
    });

    [Test]
    public void A_field_that_is_gone_is_noticed() =>
        Assert.That(new Field(typeof(List<>), "_gone").Exists, Is.False);
}
