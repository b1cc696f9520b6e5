using RadZ.Data;
using RadZ.Files;
using RadZ.Imaging.Gate;
using RadZ.TestKit;
using RadZ.Training.Gate;

namespace RadZ.Torch.Tests.Gate;

public sealed class BrokenFilmTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("radz-gate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static string Film => Path.Combine(Fixtures.Repository, "samples", "images", "IM-0709-0001.jpeg");

    string Broken()
    {
        var path = Path.Combine(_folder, "cut.jpeg");
        File.WriteAllBytes(path, File.ReadAllBytes(Film)[..5000]);
        return path;
    }

    [Fact]
    public void A_film_that_cannot_be_read_is_named_and_the_others_are_used()
    {
        Sample Of(string image, string source) => new(image, $"{source}:1", source, Labels.None);
        var (films, broken) = GateFilms.Read([Of(Broken(), "nih"), Of(Film, "kermany"), Of(Film, "nih")],
            TestContext.Current.CancellationToken);
        Assert.Equal(2, films.Pictures.Count);
        Assert.Equal([1, 2], films.Weights);
        Assert.All(films.Pictures, p => Assert.Equal(GateFilms.Side * GateFilms.Side, p.Length));
        Assert.Contains("cut.jpeg", Assert.Single(broken).Reason);
    }

    [Fact]
    public void A_measurement_counts_and_names_what_it_cannot_read()
    {
        var measurement = new GateMeasurement(PixelGate.Shipped);
        var rate = measurement.Folder("own", [Broken(), Film], TestContext.Current.CancellationToken);
        Assert.Equal((1, 1), (rate.Pictures, rate.Unreadable));
        Assert.Contains("cut.jpeg", Assert.Single(measurement.Broken));
    }

    [Fact]
    public void Too_few_readable_films_are_refused_before_anything_is_written()
    {
        Sample[] samples =
            [.. Enumerable.Range(0, 400).Select(i => new Sample(Path.Combine(_folder, $"{i}.png"), $"nih:{i}", "nih", Labels.None))];
        var error = Assert.Throws<InvalidInputException>(() =>
            GateFolder.Train(samples, _folder, 1, 1, cancel: TestContext.Current.CancellationToken));
        Assert.Contains("0 of those can be read", error.Message);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Training_gives_the_same_weights_again_and_falls()
    {
        Sample[] samples = [.. Enumerable.Range(0, 400).Select(i => new Sample(i == 3 ? Broken() : Film, $"nih:{i}", "nih", Labels.None))];
        List<double> losses = [];
        byte[] Train(string name)
        {
            var path = Path.Combine(_folder, name);
            GateTrainer.Train(samples, path, 12, 1, step => losses.Add(step.Loss), TestContext.Current.CancellationToken);
            return File.ReadAllBytes(path);
        }
        var (threads, first) = (get_num_threads(), Array.Empty<byte>());
        try
        {
            set_num_threads(1);
            first = Train("first.safetensors");
            Assert.Equal(first, Train("second.safetensors"));
        }
        finally { set_num_threads(threads); }
        Assert.True(losses[11] < losses[0], $"{losses[0]} -> {losses[11]}");
    }
}
