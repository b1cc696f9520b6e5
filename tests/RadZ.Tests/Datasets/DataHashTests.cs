using RadZ.Data;

namespace RadZ.Tests.Datasets;

public sealed class DataHashTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly Sample[] _samples;

    public DataHashTests()
    {
        var mass = new Labels(new Dictionary<string, Label>
        {
            ["mass"] = Label.Present,
            ["nodule"] = Label.Unknown,
            ["edema"] = Label.Absent,
        });
        _samples =
        [
            new(_folder.Write("one/a.png", "12345"), "nih:1", "nih", mass),
            new(_folder.Write("one/b.png", "12345"), "nih:2", "nih", Labels.None) { Report = "A report.\nMore." },
        ];
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    // sha256 of "a.png\tnih:1\tedema=0;mass=1\t5\nb.png\tnih:2\t\t5\tA report. More.\n", by Python
    public void The_hash_is_what_its_definition_says() =>
        Assert.Equal("1fb9f4ea604bc53874c7e88da91251691e26481aa82f9e925b0cbe71f1716926", DataHash.Compute(_samples));

    [Fact]
    public void Order_and_folder_do_not_matter()
    {
        var moved = _samples.Select(s => s with { Image = _folder.Write($"two/{Path.GetFileName(s.Image)}", "54321") });
        Assert.Equal(DataHash.Compute(_samples), DataHash.Compute(moved.Reverse()));
    }

    [Fact]
    public void Patient_labels_size_name_report_and_count_do()
    {
        Sample[][] others =
        [
            [_samples[0] with { Patient = "nih:3" }, _samples[1]],
            [_samples[0] with { Labels = Labels.None }, _samples[1]],
            [_samples[0] with { Image = _folder.Write("three/a.png", "123456") }, _samples[1]],
            [_samples[0] with { Image = _folder.Write("three/c.png", "12345") }, _samples[1]],
            [_samples[0], _samples[1] with { Report = null }],
            [_samples[0]],
        ];
        Assert.Equal(7, others.Append(_samples).Select(DataHash.Compute).Distinct().Count());
    }
}
