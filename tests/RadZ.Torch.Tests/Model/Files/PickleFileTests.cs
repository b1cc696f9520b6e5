using System.IO.Compression;
using System.Text.Json;
using RadZ.Files;
using RadZ.Model.Weights;
using RadZ.TestKit;

namespace RadZ.Torch.Tests.Model;

/// <summary>PyTorch's <c>.bin</c>: what honest files hold is read in place, and no file can do more than be refused.</summary>
public sealed class PickleFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("radz-pickle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Write(byte[] bytes, string name = "x.bin")
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public static TheoryData<string> Good =>
        [.. Directory.GetFiles(Fixtures.At("model", "bin-cases"), "good-*.bin").Select(p => Path.GetFileName(p)!)];

    public static TheoryData<string> Refused =>
        [.. Directory.GetFiles(Fixtures.At("model", "bin-cases"), "refuse-*").Select(p => Path.GetFileName(p)!)];

    [Theory, MemberData(nameof(Good))]
    public void Tensors_of_torch_save_have_their_values(string name)
    {
        using var _ = NewDisposeScope();
        using var file = new PickleFile(Fixtures.At("model", "bin-cases", name));
        using var values = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(file.Path, ".json")));
        foreach (var expected in values.RootElement.EnumerateObject())
        {
            if (expected.Name.EndsWith("_shape", StringComparison.Ordinal))
            {
                Assert.Equal(expected.Value.EnumerateArray().Select(n => n.GetInt64()), file.View(expected.Name[..^"_shape".Length]).shape);
                continue;
            }
            foreach (var tensor in (Tensor[])[file.View(expected.Name), file.Load(expected.Name)])
                Assert.Equal(Flat(expected.Value), tensor.to(ScalarType.Float64).contiguous().data<double>().ToArray());
        }
    }

    static IEnumerable<double> Flat(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Flat),
        JsonValueKind.True => [1],
        JsonValueKind.False => [0],
        _ => [value.GetDouble()],
    };

    [Theory, MemberData(nameof(Refused))]
    public void What_must_be_refused_is_refused_by_file_and_reason_and_does_nothing(string name)
    {
        var e = Assert.Throws<InvalidInputException>(() => new PickleFile(Fixtures.At("model", "bin-cases", name)));
        Assert.Equal("bad-weights", e.Kind);
        Assert.Contains(name, e.Message);
        Assert.False(File.Exists("radz-pickle-ran"));
        Assert.False(Directory.Exists(Fixtures.At("model", "escape")));
    }

    static PickleMaker One(Action<PickleMaker> value) =>
        new PickleMaker().Dictionary(p => value(p.Text("w"))).Floats("0", 1, 2, 3, 4, 5, 6);

    static PickleMaker Window(long offset, long[] shape, long[] strides, string storage = "FloatStorage", long count = 6) =>
        One(p => p.Tensor("0", storage, count, offset, shape, strides));

    [Fact]
    public void The_maker_of_these_cases_makes_good_files_too()
    {
        using var _ = NewDisposeScope();
        using var file = new PickleFile(Write(Window(1, [2, 2], [1, 2]).File()));
        Assert.Equal([2, 4, 3, 5], file.View("w").contiguous().data<float>().ToArray());
        Assert.Equal([2, 4, 3, 5], file.Load("w").data<float>().ToArray());
    }

    public static TheoryData<string, string> Cases => new()
    {
        { "another function", "builtins.exec" },
        { "a function of torch", "torch.load" },
        { "a function by way of the stack", "posix.system" },
        { "a call of a storage type", "calls torch.FloatStorage" },
        { "a call of a text", "cannot be called" },
        { "an object built", "0x81" },
        { "an instance", "0x69" },
        { "an extension", "0x82" },
        { "a number of 100 bytes", "more than 64 bits" },
        { "a text longer than the file", "longer than itself" },
        { "an empty stack", "empty stack" },
        { "a memo never filled", "never filled" },
        { "a mark never set", "did not open" },
        { "nested marks", "deep" },
        { "nested lists", "something else than a tensor" },
        { "itself", "something else than a tensor" },
        { "no dictionary", "something else than a dictionary" },
        { "a key twice", "twice" },
        { "a key that is a number", "no name" },
        { "no end", "ends too early" },
        { "more than its end", "before its end" },
        { "state of a list", "no dictionary" },
        { "strides that overlap", "overlap" },
        { "a stride of zero", "overlap" },
        { "a negative stride", "below zero" },
        { "a negative size", "below zero" },
        { "a negative offset", "reaches beyond" },
        { "a window behind the end", "reaches beyond" },
        { "a product beyond 64 bits", "reaches beyond" },
        { "a storage too short", "expected 28" },
        { "a storage too long", "expected 20" },
        { "a storage of another type", "Float64" },
        { "a storage read as two types", "another tensor as" },
        { "a storage that is not there", "not in the file" },
        { "a storage whose key leads away", "no storage" },
        { "an unknown storage", "torch.ComplexFloatStorage" },
        { "compressed", "compressed" },
        { "a compressed pickle", "compressed" },
        { "a record twice", "two records" },
        { "a record that leads away", "leads out" },
        { "an absolute record", "leads out" },
        { "a record beside the folder", "outside of its folder" },
        { "two pickles", "expected one" },
        { "a program", "TorchScript" },
        { "big-endian", "big-endian" },
        { "appended", "truncated" },
        { "prepended", "not a zip file" },
        { "empty", "not a zip file" },
    };

    static byte[] Made(string what) => what switch
    {
        "another function" => One(p => p.Name("builtins", "exec").Mark().Text("1").Tuple().Call()).File(),
        "a function of torch" => One(p => p.Name("torch", "load").Mark().Text("1").Tuple().Call()).File(),
        "a function by way of the stack" => One(p => p.Text("posix").Text("system").Op(0x93)).File(),
        "a call of a storage type" => One(p => p.Name("torch", "FloatStorage").Op((byte)')').Call()).File(),
        "a call of a text" => One(p => p.Text("os").Op((byte)')').Call()).File(),
        "an object built" => One(p => p.Name("collections", "OrderedDict").Op((byte)')', 0x81)).File(),
        "an instance" => One(p => p.Mark().Op((byte)'i')).File(),
        "an extension" => One(p => p.Op(0x82, 1)).File(),
        "a number of 100 bytes" => One(p => p.Op([0x8a, 100, .. new byte[100]])).File(),
        "a text longer than the file" => One(p => p.Op((byte)'X', 255, 255, 255, 127)).File(),
        "an empty stack" => new PickleMaker().Op(0x85).File(),
        "a memo never filled" => One(p => p.Op((byte)'h', 7)).File(),
        "a mark never set" => new PickleMaker().Op((byte)'t').File(),
        "nested marks" => One(p => p.Op([.. Enumerable.Repeat((byte)'(', 100_000)])).File(),
        "nested lists" => One(p => p.Op([(byte)'N', .. Enumerable.Repeat((byte)0x85, 100_000)])).File(),
        "itself" => One(p => p.Op((byte)']', (byte)'q', 9, (byte)'h', 9, (byte)'a')).File(),
        "no dictionary" => new PickleMaker().Op((byte)']').File(),
        "a key twice" => One(p =>
        {
            p.Tensor("0", "FloatStorage", 6, 0, [6], [1]);
            p.Text("w").Tensor("0", "FloatStorage", 6, 0, [6], [1]);
        }).File(),
        "a key that is a number" => new PickleMaker().Dictionary(p => p.Number(1).Number(2)).File(),
        "no end" => One(p => p.Number(1)).File(stop: false),
        "more than its end" => One(p => p.Number(1)).Op((byte)'.', (byte)'N').File(),
        "state of a list" => One(p => p.Op((byte)']', (byte)'}', (byte)'b')).File(),
        "strides that overlap" => Window(0, [2, 3], [2, 1]).File(),
        "a stride of zero" => Window(0, [1L << 40], [0]).File(),
        "a negative stride" => Window(5, [6], [-1]).File(),
        "a negative size" => Window(0, [-6], [1]).File(),
        "a negative offset" => Window(-1, [6], [1]).File(),
        "a window behind the end" => Window(1, [6], [1]).File(),
        "a product beyond 64 bits" => Window(0, [long.MaxValue, long.MaxValue], [1, long.MaxValue]).File(),
        "a storage too short" => Window(0, [7], [1], count: 7).File(),
        "a storage too long" => Window(0, [5], [1], count: 5).File(),
        "a storage of another type" => Window(0, [6], [1], "DoubleStorage").File(),
        "a storage read as two types" =>
            One(p => p.Tensor("0", "FloatStorage", 6, 0, [6], [1]).Text("v").Tensor("0", "IntStorage", 6, 0, [6], [1])).File(),
        "a storage that is not there" => One(p => p.Tensor("1", "FloatStorage", 6, 0, [6], [1])).File(),
        "a storage whose key leads away" => One(p => p.Tensor("../data.pkl", "FloatStorage", 6, 0, [6], [1])).File(),
        "an unknown storage" => Window(0, [6], [1], "ComplexFloatStorage").File(),
        "compressed" => Window(0, [6], [1]).Record("archive/data/1", new byte[4096], CompressionLevel.Optimal).File(),
        "a compressed pickle" => Window(0, [6], [1]).File(level: CompressionLevel.Optimal),
        "a record twice" => Window(0, [6], [1]).Floats("0", 6, 5, 4, 3, 2, 1).File(),
        "a record that leads away" => Window(0, [6], [1]).Record("archive/../../data/1", [1]).File(),
        "an absolute record" => Window(0, [6], [1]).Record("/etc/passwd", [1]).File(),
        "a record beside the folder" => Window(0, [6], [1]).Record("other/data", [1]).File(),
        "two pickles" => Window(0, [6], [1]).Record("other/data.pkl", [1]).File(),
        "a program" => Window(0, [6], [1]).Record("archive/code/__torch__.py", [1]).File(),
        "big-endian" => Window(0, [6], [1]).Record("archive/byteorder", "big"u8.ToArray()).File(),
        "appended" => [.. Window(0, [6], [1]).File(), 1],
        "prepended" => [1, .. Window(0, [6], [1]).File()],
        "empty" => [],
        _ => throw new ArgumentException(what),
    };

    [Theory, MemberData(nameof(Cases))]
    public void Cases_that_no_honest_program_writes_are_refused(string what, string says)
    {
        var path = Write(Made(what));
        var e = Assert.Throws<InvalidInputException>(() => new PickleFile(path));
        Assert.Equal("bad-weights", e.Kind);
        Assert.Contains(path, e.Message);
        Assert.Contains(says, e.Message);
    }

    [Fact]
    public void Files_of_before_1_6_are_told_to_be_saved_anew()
    {
        var tar = new byte[1024];
        "ustar"u8.CopyTo(tar.AsSpan(257));
        foreach (var bytes in (byte[][])[tar, [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.']])
            Assert.Contains("before 1.6", Assert.Throws<InvalidInputException>(() => new PickleFile(Write(bytes))).Message);
    }

    [Fact]
    public void Numbers_and_texts_beside_tensors_are_no_weights_and_are_told()
    {
        using var file = new PickleFile(Write(One(p => p.Tensor("0", "FloatStorage", 6, 0, [6], [1]).Text("epoch").Number(3)).File()));
        Assert.Equal(["w"], file.Tensors.Keys);
        Assert.Equal(["epoch"], file.Others);
    }

    /// <summary>The state_dict() of a module is an OrderedDict with a state of its own, which holds no weights.</summary>
    [Fact]
    public void The_metadata_of_a_state_dict_are_passed_over()
    {
        var maker = new PickleMaker().Name("collections", "OrderedDict").Op((byte)')').Call().Mark().Text("w")
            .Tensor("0", "FloatStorage", 6, 0, [6], [1]).Op((byte)'u');
        maker.Op((byte)'}').Text("_metadata").Name("collections", "OrderedDict").Op((byte)')').Call().Op((byte)'s').Op((byte)'b');
        using var file = new PickleFile(Write(maker.Floats("0", 1, 2, 3, 4, 5, 6).File()));
        Assert.Equal(["w"], file.Tensors.Keys);
    }

    [Fact]
    public void Mutations_are_read_or_refused_and_nothing_else()
    {
        using var _ = NewDisposeScope();
        var random = new Random(5);
        byte[][] seeds = [File.ReadAllBytes(Fixtures.At("model", "bin-cases", Good.First().Data)), Window(1, [2, 2], [1, 2]).File()];
        var refused = 0;
        for (var i = 0; i < 500; i++)
        {
            var bytes = (byte[])seeds[i % 2].Clone();
            for (var n = random.Next(1, 6); n > 0; n--)
                bytes[random.Next(bytes.Length)] =
                    random.Next(4) switch { 0 => 0, 1 => 0xFF, 2 => (byte)random.Next(256), _ => (byte)"}](tuRQcqh.X"[random.Next(12)] };
            if (random.Next(8) == 0) bytes = bytes[..random.Next(bytes.Length)];
            var path = Write(bytes);
            try
            {
                using var file = new PickleFile(path);
                foreach (var name in file.Tensors.Keys) file.View(name).to(ScalarType.Float32).sum().item<float>();
            }
            catch (InvalidInputException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 100, 499);
        Assert.False(File.Exists("radz-pickle-ran"));
    }

    /// <summary>The machine alone: without the zip's CRC in between, every mutation reaches it.</summary>
    [Fact]
    public void Mutated_pickles_never_make_the_machine_do_more_than_refuse()
    {
        var code = new MemoryStream();
        using (var zip = ZipFile.OpenRead(Fixtures.At("model", "bin-cases", Good.First().Data)))
        using (var pickle = zip.Entries.First(e => e.Name == "data.pkl").Open()) pickle.CopyTo(code);
        var random = new Random(11);
        var made = 0;
        for (var i = 0; i < 4_000; i++)
        {
            var bytes = code.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                new PickleMachine(bytes).Run();
                made++;
            }
            catch (FormatException) { }
        }
        Assert.InRange(made, 20, 3_900);
    }
}
