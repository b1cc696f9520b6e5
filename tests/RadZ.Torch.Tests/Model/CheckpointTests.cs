using System.Text;
using CsCheck;
using RadZ.Files;
using RadZ.Model.Config;
using RadZ.Model.Weights;
using RadZ.TestKit;

namespace RadZ.Torch.Tests.Model;

/// <summary>Weights on disk: what is wrong is told whole, and no file can do more than be refused.</summary>
public class CheckpointTests
{
    static string Copy(string name)
    {
        var target = Directory.CreateTempSubdirectory("radz-checkpoint-").FullName;
        foreach (var file in Directory.GetFiles(Fixtures.At("model", name))) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        return target;
    }

    [Fact]
    public void Missing_unexpected_and_misshaped_weights_come_in_one_error()
    {
        var folder = Copy("llava-mistral-tiny");
        using (var file = new SafetensorsFile(Path.Combine(folder, "model.safetensors")))
        {
            using var _ = NewDisposeScope();
            var tensors = file.Header.Tensors.Keys.Where(k => k != "language_model.model.norm.weight")
                .Select(k => (k, k.EndsWith("layers.1.mlp.up_proj.weight", StringComparison.Ordinal) ? zeros(3, 3) : file.Read(k).clone()))
                .Append(("surprise.weight", ones(2))).ToList();
            SafetensorsFile.Write(Path.Combine(folder, "other.safetensors"), tensors);
        }
        File.Move(Path.Combine(folder, "other.safetensors"), Path.Combine(folder, "model.safetensors"), overwrite: true);
        var e = Assert.Throws<InvalidInputException>(() => FixtureModel.Build(folder));
        Assert.Equal("wrong-checkpoint", e.Kind);
        Assert.Contains("language_model.model.norm.weight", e.Message);
        Assert.Contains("surprise.weight", e.Message);
        Assert.Contains("layers.1.mlp.up_proj.weight [3, 3] where the config wants [56, 32]", e.Message);
        Directory.Delete(folder, true);
    }

    [Theory]
    [InlineData("text_config.hidden_act", "\"gelu\"")]
    [InlineData("text_config.rope_scaling", "{\"type\": \"linear\", \"factor\": 2}")]
    [InlineData("text_config.rms_norm_eps", "\"NaN\"")]
    [InlineData("text_config.model_type", "\"qwen2\"")]
    [InlineData("vision_config.hidden_act", "\"silu\"")]
    [InlineData("vision_feature_select_strategy", "\"full\"")]
    [InlineData("vision_feature_layer", "-9")]
    [InlineData("projector_hidden_act", "\"relu\"")]
    [InlineData("vision_config.hidden_size", "-3")]
    public void What_would_change_the_numbers_and_is_not_computed_is_refused_by_its_key(string key, string value)
    {
        var folder = Copy("llava-llama-tiny");
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!;
        var parts = key.Split('.');
        (parts.Length == 2 ? json[parts[0]]! : json)[parts[^1]] = System.Text.Json.Nodes.JsonNode.Parse(value);
        File.WriteAllText(Path.Combine(folder, "config.json"), json.ToJsonString());
        var e = Assert.Throws<InvalidInputException>(() => LlavaConfigFile.Read(Path.Combine(folder, "config.json")));
        Assert.Equal("bad-config", e.Kind);
        Assert.Contains(parts[^1] == "rope_scaling" ? "rope_scaling" : key, e.Message);
        Directory.Delete(folder, true);
    }

    [Fact]
    public void A_config_that_is_written_is_read_back_the_same()
    {
        foreach (var name in FixtureModel.Folders.Select(f => f.Data))
        {
            var config = LlavaConfigFile.Read(Fixtures.At("model", name, "config.json"));
            var path = Path.Combine(Directory.CreateTempSubdirectory("radz-config-").FullName, "config.json");
            File.WriteAllText(path, LlavaConfigFile.Write(config));
            Assert.Equal(config, LlavaConfigFile.Read(path));
        }
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2]," +
        "\"data_offsets\":[4,12]}}", "overlap")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1152921504606846976],\"data_offsets\":[0,8]}}", "")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", "expected 12")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[200],\"data_offsets\":[0,800]}}", "truncated")]
    [InlineData("{\"a\":{\"dtype\":\"F9\",\"shape\":[2],\"data_offsets\":[0,8]}}", "F9")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[2]," +
        "\"data_offsets\":[8,16]}}", "twice")]
    [InlineData("[1, 2]", "")]
    [InlineData("{\"a\":", "")]
    public void Malformed_headers_are_refused_with_file_and_key(string header, string says)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("radz-header-").FullName, "x.safetensors");
        var json = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. new byte[16]]);
        var e = Assert.Throws<InvalidInputException>(() => SafetensorsHeader.Read(path));
        Assert.Equal("bad-weights", e.Kind);
        Assert.Contains(path, e.Message);
        Assert.Contains(says, e.Message);
    }

    [Fact]
    public void No_bytes_make_the_reader_do_more_than_refuse()
    {
        var good = File.ReadAllBytes(Fixtures.At("model", "llava-mistral-tiny", "lora", "merged.safetensors"));
        var path = Path.Combine(Directory.CreateTempSubdirectory("radz-mutation-").FullName, "x.safetensors");
        Gen.Select(Gen.Int[0, 1200], Gen.Byte, Gen.Int[0, good.Length]).Sample((at, value, length) =>
        {
            var bytes = good[..Math.Max(length, 1)];
            if (at < bytes.Length) bytes[at] = value;
            File.WriteAllBytes(path, bytes);
            try { SafetensorsHeader.Read(path); }
            catch (InvalidInputException) { }
        }, iter: 500, threads: 1);
    }

    [Fact]
    public void An_index_that_names_files_outside_its_folder_is_refused()
    {
        var folder = Copy("llava-mistral-tiny");
        File.Delete(Path.Combine(folder, "model.safetensors"));
        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), """{"weight_map": {"a": "../../etc/passwd"}}""");
        var e = Assert.Throws<InvalidInputException>(() => FixtureModel.Build(folder));
        Assert.Contains("../../etc/passwd", e.Message);
        Directory.Delete(folder, true);
    }

    [Fact]
    public void Views_of_the_file_are_not_copies_and_writes_never_reach_it()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("radz-view-").FullName, "x.safetensors");
        using var _ = NewDisposeScope();
        SafetensorsFile.Write(path,
            [("a", arange(6, ScalarType.Float32).view(2, 3)), ("b", tensor(new long[] { 7 })), ("c", ones(3, ScalarType.BFloat16)),
                ("empty", zeros(0, 4))]);
        var before = File.ReadAllBytes(path);
        using var file = new SafetensorsFile(path);
        var a = file.Read("a");
        file.Dispose();
        a.fill_(9);
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(9, a.sum().item<float>() / 6);
        using var again = new SafetensorsFile(path);
        Assert.Equal([0, 1, 2, 3, 4, 5], again.Read("a").data<float>().ToArray());
        Assert.Equal(7, again.Read("b").item<long>());
        Assert.Equal([0, 4], again.Read("empty").shape);
    }
}
