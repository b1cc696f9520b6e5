using System.Text;
using RadZ.Files;
using RadZ.Imaging.Preparation;

namespace RadZ.Tests.Imaging;

public class PreprocessorConfigTests
{
    const string Values = """ "image_mean": [0.5, 0.25, 0.125], "image_std": [0.5, 1, 2] """;

    [Fact]
    public void Old_form() => IsRead($$"""
        {"crop_size": 224, "do_center_crop": true, "do_normalize": true, "do_resize": true, {{Values}}, "resample": 3, "size": 224}
        """);

    [Fact]
    public void New_form() => IsRead($$"""
        {"crop_size": {"height": 224, "width": 224}, "do_convert_rgb": true, "do_rescale": true, "rescale_factor": 0.00392156862745098,
         {{Values}}, "resample": 3, "size": {"shortest_edge": 224}, "image_processor_type": "CLIPImageProcessor"}
        """);

    [Theory]
    [InlineData("resample", "3", null, "key \"resample\" is missing")]
    [InlineData("resample", "3", "2", "key \"resample\" is 2, expected 3 (bicubic)")]
    [InlineData("resample", "3", "0", "key \"resample\" is 0, expected 3 (bicubic)")]
    [InlineData("resample", "3", "\"cubic\"", "key \"resample\" is \"cubic\"")]
    [InlineData("size", "224", null, "key \"size\" is missing")]
    [InlineData("size", "224", "0", "key \"size\" is 0, expected a whole number from 1")]
    [InlineData("size", "224", "{}", "key \"size.height\" is missing")]
    [InlineData("size", "224", """{"height": 224, "width": 336}""", "key \"size\" is 224 x 336, expected a square")]
    [InlineData("size", "224", """{"shortest_edge": "big"}""", "key \"size.shortest_edge\" is \"big\"")]
    [InlineData("crop_size", "224", "336", "key \"crop_size\" is 336, expected 224 as key \"size\" says")]
    [InlineData("image_mean", "[0.5, 0.25, 0.125]", null, "key \"image_mean\" is missing")]
    [InlineData("image_mean", "[0.5, 0.25, 0.125]", "[0.5]", "key \"image_mean\" is [0.5], expected three numbers")]
    [InlineData("image_std", "[0.5, 1, 2]", "[0, 1, 1]", "key \"image_std\" is [0, 1, 1], expected three numbers")]
    [InlineData("do_resize", "true", "false", "key \"do_resize\" is false, expected true")]
    [InlineData("do_normalize", "true", "false", "key \"do_normalize\" is false, expected true")]
    [InlineData("rescale_factor", "0.00392156862745098", "1", "key \"rescale_factor\" is 1, expected 1/255")]
    public void Key_that_is_missing_or_asks_for_another_preparation_is_named(string key, string value, string? replaced, string message)
    {
        const string Good = """
            {"crop_size": 224, "do_normalize": true, "do_resize": true, "rescale_factor": 0.00392156862745098,
             "image_mean": [0.5, 0.25, 0.125], "image_std": [0.5, 1, 2], "resample": 3, "size": 224, "end": 0}
            """;
        var was = $"\"{key}\": {value}, ";
        if (!Good.Contains(was))
            was = was.TrimEnd();
        Assert.Contains(was, Good);
        Fails(Good.Replace(was, replaced is null ? "" : $"\"{key}\": {replaced}, "), message);
    }

    [Theory]
    [InlineData("", "it is not JSON")]
    [InlineData("{\"size\": ", "it is not JSON")]
    [InlineData("[]", "it holds a JSON Array, expected an object")]
    public void What_is_no_object_is_refused(string json, string message) => Fails(json, message);

    [Fact]
    public void Missing_file() =>
        Assert.Equal("missing", Assert.Throws<InvalidInputException>(() => ClipPreparation.Read("/no/preprocessor_config.json")).Kind);

    static void IsRead(string json)
    {
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes(json), ".json");
        var preparation = ClipPreparation.Read(file.Path);
        Assert.Equal(224, preparation.Size);
        Assert.Equal([0.5, 0.25, 0.125], preparation.Mean.ToArray());
        Assert.Equal([0.5, 1, 2], preparation.Std.ToArray());
        Assert.Equal(((byte)127, (byte)63, (byte)31), preparation.Border);
    }

    static void Fails(string json, string message)
    {
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes(json), ".json");
        var error = Assert.Throws<InvalidInputException>(() => ClipPreparation.Read(file.Path));
        Assert.Equal("invalid-config", error.Kind);
        Assert.Contains(message, error.Message);
    }
}
