using RadZ.Files;
using RadZ.Recognition.Archives;
using RadZ.Recognition.Results;

namespace RadZ.Torch.Tests.Cli;

/// <summary>A file of answers, cut anywhere and continued, is the file that was never cut.</summary>
public sealed class AnswerFileTests : IDisposable
{
    static readonly AnswerHead s_head = new("tiny", new string('a', 64), Diseases: 3, Top: 2, ByStudy: false);
    static readonly AnswerIdentity s_identity = new()
    {
        Model = "tiny",
        Hash = new string('a', 64),
        Score = "direct",
        Diseases = ["a", "b", "c"],
        Top = 2,
        By = "image",
        Gate = "warn",
        Format = "csv",
        Knowledge = new string('b', 64),
        Key = "key",
        Identified = false,
        Window = "",
    };
    static readonly Answer[] s_answers =
    [
        Found("plain.png", 1), Found("with, comma and \"quote\".png", 2),
        new Answer.Failure(new("broken\nname", new("broken\nname", "corrupt", "it is, \"broken\"\nin two lines: ü"))),
        Found("ümlaut/ß.dcm", 3),
        Found("last", 4),
    ];

    readonly string _folder = Directory.CreateTempSubdirectory("radz-answers-").FullName;

    static Answer.OfImage Found(string file, int seed) =>
        new(new ImageResult.Recognized(file, [new("a", seed, 0.1 * seed, 0.5), new("b, or \"c\"", 2.5, 1e-17, 1), new("c", -1, 0, 0)]));

    string At(string name) => Path.Combine(_folder, name);

    void Write(AnswerForm format, string name, bool resume)
    {
        using var file = resume ? AnswerFile.Continue(At(name), format, s_head, s_identity) : AnswerFile.Create(At(name), s_identity);
        using var writer = AnswerWriter.Create(format, s_head, file);
        foreach (var answer in s_answers.Where(a => !file.Has(a.Name)))
        {
            writer.Add(answer);
            writer.Flush();
        }
        writer.End();
    }

    [Theory, InlineData(0), InlineData(1)]
    public void Cut_at_any_byte_it_is_continued_to_the_same_bytes(int kind)
    {
        var format = kind == 0 ? AnswerForm.Csv : AnswerForm.Json;
        Write(format, "whole", resume: false);
        var whole = File.ReadAllBytes(At("whole"));
        Write(format, "cut", resume: false);
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            File.WriteAllBytes(At("cut"), whole[..cut]);
            Write(format, "cut", resume: true);
            Assert.True(whole.AsSpan().SequenceEqual(File.ReadAllBytes(At("cut"))), $"cut at {cut} of {whole.Length}");
        }
    }

    [Theory, InlineData(0), InlineData(1)]
    public void A_continued_file_knows_its_failures(int kind)
    {
        var format = kind == 0 ? AnswerForm.Csv : AnswerForm.Json;
        Write(format, "whole", resume: false);
        using var file = AnswerFile.Continue(At("whole"), format, s_head, s_identity);
        Assert.Equal((5, 1), (file.Done, file.Failures));
    }

    [Fact]
    public void A_file_of_other_descriptions_another_key_or_other_paths_is_not_continued()
    {
        Write(AnswerForm.Csv, "x", resume: false);
        foreach (var (other, told) in ((AnswerIdentity, string)[])[(s_identity with { Knowledge = "c" }, "descriptions"),
            (s_identity with { Key = "other" }, "key"), (s_identity with { Identified = true }, "without Identified")])
        {
            var error = Assert.Throws<InvalidInputException>(() => AnswerFile.Continue(At("x"), AnswerForm.Csv, s_head, other));
            Assert.Equal("other-run", error.Kind);
            Assert.Contains(told, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_run_that_ends_before_its_identity_is_written_leaves_no_rows_of_another()
    {
        Write(AnswerForm.Csv, "x", resume: false);
        File.Delete(At("x.run.json"));
        Directory.CreateDirectory(At("x.run.json/in the way"));
        Assert.ThrowsAny<Exception>(() => AnswerFile.Create(At("x"), s_identity with { Knowledge = "c" }));
        Assert.Equal(0, new FileInfo(At("x")).Length);
    }

    [Theory, InlineData(0, "a,b\n1,2\n"), InlineData(1, "not json"),
        InlineData(0, "file,disease,score,probability,standalone,error,message,gate\nx,y\n")]
    public void A_file_of_something_else_is_refused(int kind, string text)
    {
        Write(AnswerForm.Csv, "x", resume: false);
        File.WriteAllText(At("x"), text);
        Assert.Equal("not-answers",
            Assert.Throws<InvalidInputException>(() => Write(kind == 0 ? AnswerForm.Csv : AnswerForm.Json, "x", resume: true)).Kind);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
