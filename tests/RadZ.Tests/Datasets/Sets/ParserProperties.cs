using CsCheck;
using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Files;

namespace RadZ.Tests.Datasets;

/// <summary>What holds of any text that the sets' own forms can carry.</summary>
public class ParserProperties
{
    static readonly Gen<string> Words = Gen.OneOf(Gen.String[Gen.Char["ab '\"\\,[]\n\té"], 0, 12], Gen.Const("pleural effusion"));

    [Fact]
    public void A_mask_is_what_its_text_says() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9]).SelectMany((w, h) => Gen.Bool.Array[w * h].Select(p => (Width: w, Pixels: p))).Sample(m =>
    {
        var mask = RunLengthMask.Encode(m.Pixels, m.Width);
        var again = RunLengthMask.Parse(mask.ToString(), m.Width, m.Pixels.Length / m.Width, out var fault);
        Assert.Null(fault);
        Assert.Equal(m.Pixels, again!.Pixels());
        Assert.Equal(m.Pixels.Count(p => p), again.Area);
    });

    [Fact]
    public void Any_numbers_are_a_mask_or_a_fault() => Gen.Int[-2, 30].Array[0, 9].Sample(numbers =>
    {
        var mask = RunLengthMask.Parse(string.Join(' ', numbers), 5, 7, out var fault);
        Assert.True(mask is null != fault is null);
        if (mask is not null) Assert.InRange(mask.Area, 0, 35);
    });

    [Fact]
    public void A_python_list_is_read_as_it_was_written() => Words.Array[0, 6].Sample(items =>
    {
        Assert.Equal(items, PythonList.Parse($" {PythonList.Write(items)} ", out var fault));
        Assert.Null(fault);
    });

    [Fact]
    public void Any_text_is_a_list_or_a_fault() => Gen.String[Gen.Char["[]'\", \\ab"], 0, 14].Sample(text =>
        Assert.True(PythonList.Parse(text, out var fault) is null != fault is null));

    [Theory]
    [InlineData("['a', \"b's\", '']", "a|b's|")]
    [InlineData("[u'a', nan, None,]", "a||")]
    [InlineData("[]", "")]
    [InlineData("['a' 'b']", null)]
    [InlineData("['a'] x", null)]
    [InlineData("['a", null)]
    [InlineData("a", null)]
    public void Lists_as_python_prints_them(string text, string? items) =>
        Assert.Equal(items, PythonList.Parse(text, out _) is { } read ? string.Join('|', read) : null);

    [Fact]
    public void A_table_gives_back_its_cells() => Gen.String[Gen.Char["ab\",\n "], 0, 6].Array[3].Array[1, 5].Sample(rows =>
    {
        var path = Path.GetTempFileName();
        try
        {
            static string Quoted(string cell) => $"\"{cell.Replace("\"", "\"\"")}\"";
            File.WriteAllText(path, "x,y,z\n" + string.Concat(rows.Select(r => string.Join(',', r.Select(Quoted)) + "\n")));
            using var table = CsvRows.Open(path);
            var read = table.Lines().Select(l => (l.Fault, l.Cells)).ToList();
            Assert.Equal(rows.Select(r => r.Select(c => c.Trim())), read.Select(r => r.Cells.AsEnumerable()));
            Assert.All(read, r => Assert.Null(r.Fault));
        }
        finally
        {
            File.Delete(path);
        }
    }, iter: 100);

    [Theory]
    [InlineData("PA", View.PosteroAnterior)]
    [InlineData("AP_horizontal", View.AnteroPosterior)]
    [InlineData("AP AXIAL", View.AnteroPosterior)]
    [InlineData("LL", View.Lateral)]
    [InlineData("LATERAL", View.Lateral)]
    [InlineData("L", View.Lateral)]
    [InlineData("COSTAL", View.Other)]
    [InlineData("SWIMMERS", View.Other)]
    [InlineData("LAO", View.Other)]
    [InlineData("", View.Unknown)]
    internal void Views(string word, View view) => Assert.Equal(view, PatientFacts.View(word));

    [Theory]
    [InlineData("058Y", 58.0)]
    [InlineData("006M", 0.5)]
    [InlineData("73.0", 73.0)]
    [InlineData("414", null)]
    [InlineData("", null)]
    [InlineData("old", null)]
    public void Ages(string word, double? years) => Assert.Equal(years, PatientFacts.Age(word));
}
