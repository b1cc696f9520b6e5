using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Tests.Datasets;

public sealed class ManifestFileTests : IDisposable
{
    readonly TempFolder _folder = new();

    public ManifestFileTests()
    {
        foreach (var name in (string[])["a.png", "b.png", "c.png", "sub/d, e.png"]) _folder.Write($"images/{name}");
    }

    public void Dispose() => _folder.Dispose();

    SampleSet Read(string table) => ManifestFile.Read(_folder.Write("mine.csv", table));

    string Refused(string table) => Assert.Throws<InvalidInputException>(() => Read(table)).Message[(_folder.Path.Length + 1)..];

    string[] Skips(string table) => [.. Read(table).Skipped.Select(s => $"{s.Line} {s.Kind}: {s.Reason.Replace(_folder.Path, "~")}")];

    [Fact]
    public void One_zero_and_empty_are_present_absent_and_unknown()
    {
        var set = Read("image,patient,pneumonia,edema,mass\nimages/a.png,p1,1,0,\nimages/b.png,p2,,1.0,0.0\n");
        Assert.Empty(set.Skipped);
        var (a, b) = (set.Samples[0], set.Samples[1]);
        Assert.Equal((Label.Present, Label.Absent, Label.Unknown), (a.Labels["pneumonia"], a.Labels["edema"], a.Labels["mass"]));
        Assert.Equal((Label.Unknown, Label.Present, Label.Absent), (b.Labels["pneumonia"], b.Labels["edema"], b.Labels["mass"]));
        Assert.Equal((_folder.At("images", "a.png"), "mine:p1", "mine", null), (a.Image, a.Patient, a.Source, a.Report));
    }

    [Fact]
    public void Quotes_spaces_byte_order_mark_line_ends_and_blank_lines_are_taken()
    {
        var set = Read("\uFEFF Image , \"patient\" ,Pneumonia, report\r\n\r\n \"images/sub/d, e.png\" , p1 , 1 ,\"Says \"\"yes\"\",\r\n" +
            "on two lines.\"\r\nimages/a.png,p2,0,\r\n");
        Assert.Empty(set.Skipped);
        Assert.Equal("Says \"yes\",\r\non two lines.", set.Samples[0].Report);
        Assert.Equal(_folder.At("images", "sub", "d, e.png"), set.Samples[0].Image);
        Assert.Null(set.Samples[1].Report);
        Assert.Equal(Label.Absent, set.Samples[1].Labels["pneumonia"]);
    }

    [Fact]
    public void Headers_resolve_through_synonyms_and_keep_their_spelling()
    {
        var set = Read("image,patient,Pleural_Thickening,EFFUSION,covid19,disease:Cervical rib\nimages/a.png,p1,1,1,1,1\n");
        Assert.Equal([new("Pleural_Thickening", "pleural thickening"), new("EFFUSION", "pleural effusion"), new("covid19", "COVID-19"),
            new("disease:Cervical rib", "Cervical rib")], set.Diseases);
        Assert.Equal(["pleural thickening", "pleural effusion", "COVID-19", "Cervical rib"], set.Samples[0].Labels.Present);
    }

    [Fact]
    public void A_user_s_knowledge_brings_columns_of_its_own()
    {
        var knowledge = KnowledgeBase.Embedded.WithOverrides(new([new() { Name = "cervical rib", Synonyms = ["neck rib"] }]));
        var path = _folder.Write("own.csv", "image,patient,neck_rib\nimages/a.png,p1,1\n");
        Assert.Equal(["cervical rib"], ManifestFile.Read(path, knowledge).Samples[0].Labels.Present);
        Assert.Equal(["neck_rib"], ManifestFile.Read(path).Samples[0].Labels.Present);       // to others it is free text over labels
    }

    [Fact]
    public void Source_comes_from_the_row_the_argument_or_the_file_name_and_prefixes_the_patient()
    {
        const string table = "image,patient,source,mass\nimages/a.png,nih:7,nih,1\nimages/b.png,7,,1\nimages/c.png,8,other,1\n";
        Assert.Equal([("nih:7", "nih"), ("mine:7", "mine"), ("other:8", "other")], Read(table).Samples.Select(s => (s.Patient, s.Source)));
        Assert.Equal("ward:7", ManifestFile.Read(_folder.At("mine.csv"), source: "ward").Samples[1].Patient);
    }

    [Fact]
    public void Faults_of_rows_skip_the_row_with_line_and_reason() => Assert.Equal(
        [
            "2 missing-image: there is no file ~/images/z.png; paths are relative to the table.",
            "3 bad-cell: column 'effusion' holds '-2', expected 1 (present), 0 (absent), -1 (uncertain) or nothing (not mentioned).",
            "4 bad-cell: column 'mass' holds 'yes', expected 1 (present), 0 (absent), -1 (uncertain) or nothing (not mentioned).",
            "5 cell-count: the row has 3 cells, the header 4; quote cells that contain commas.",
            "7 no-patient: the patient cell is empty; splits go by patient, give each a key.",
            "8 no-image: the image cell is empty.",
            "9 duplicate-image: image 'images/../images/a.png' is already on line 6.",
            "10 bad-quotes: a quote stands in the middle of a cell; quote the whole cell and double the inner quotes.",
            "11 bad-quotes: a quote is opened and never closed; all that follows was taken for one cell.",
        ],
        Skips("image,patient,mass,effusion\nimages/z.png,p,1,0\nimages/b.png,p,1,-2\nimages/b.png,p,yes,0\nimages/b.png,p,1\n" +
            "images/a.png,p,1,0\n" +
            "images/b.png,,1,0\n,p,1,0\nimages/../images/a.png,p,1,0\nimages/c\".png,p,1,0\n\"images/c.png,p,1,0\nimages/c.png,p,1,1\n"));

    [Theory]
    [InlineData("", "mine.csv: the table is empty; expected a header line and rows.")]
    [InlineData("image,patient,mass\n", "mine.csv: the table has a header and no rows.")]
    [InlineData("file,patient,mass\na,b,1\n", "mine.csv:1: there is no column 'image'; found 'file', 'patient', 'mass'.")]
    [InlineData("image;patient;mass\na;b;1\n",
        "mine.csv:1: there is no column 'image'; found 'image;patient;mass'. Are the columns separated by commas?")]
    [InlineData("image,patient\na,b\n",
        "mine.csv:1: there is neither a disease column nor a report column; nothing can be learned or tested.")]
    [InlineData("image,patient,effusion,pleural_effusion\na,b,1,1\n",
        "mine.csv:1: columns 'effusion' and 'pleural_effusion' are the same (pleural effusion); keep one.")]
    [InlineData("image,Image,patient,mass\na,a,b,1\n", "mine.csv:1: columns 'image' and 'Image' are the same (image); keep one.")]
    [InlineData("image,patient,pneumonai,weight,\na,b,1,63,\n",
        "mine.csv:1: column 'pneumonai' is neither image, patient, report, source, split, study, view, sex, age, site nor a disease of " +
        "the knowledge base; did you mean 'pneumonia'? " +
        "column 'weight' is neither image, patient, report, source, split, study, view, sex, age, site nor a disease of the knowledge " +
        "base; remove it, or call it 'disease:weight' if it is one. column 5 has no name.")]
    [InlineData("image,pat\"ient,mass\na,b,1\n",
        "mine.csv:1: a quote stands in the middle of a cell; quote the whole cell and double the inner quotes.")]
    public void Faults_of_the_header_are_one_clear_error(string table, string message) => Assert.Equal(message, Refused(table));

    [Fact]
    public void A_missing_table_is_an_error() =>
        Assert.Equal("missing-file", Assert.Throws<InvalidInputException>(() => ManifestFile.Read(_folder.At("none.csv"))).Kind);

    [Fact]
    public void What_is_written_is_read_back_in_the_same_spelling()
    {
        var set = Read("image,patient,source,Effusion,disease:cervical rib,mass,report\nimages/a.png,p1,ward,1,,0,\"A, \"\"b\"\"\nc\"\n" +
            "\"images/sub/d, e.png\",nih:3,nih,0,1,,\n");
        ManifestFile.Write(_folder.At("images", "copy.csv"), set.Samples, set.Diseases);
        Assert.Equal(
            "image,patient,source,Effusion,disease:cervical rib,mass,report\na.png,ward:p1,ward,1,,0,\"A, \"\"b\"\"\nc\"\n" +
            "\"sub/d, e.png\",nih:3,nih,0,1,,\n",
            File.ReadAllText(_folder.At("images", "copy.csv")));
        AssertSame(set, ManifestFile.Read(_folder.At("images", "copy.csv")));
    }

    [Fact]
    public void Without_columns_all_labels_are_written_by_name()
    {
        var set = Read("image,patient,Effusion,disease:cervical rib\nimages/a.png,p1,1,\nimages/b.png,p2,,0\n");
        ManifestFile.Write(_folder.At("copy.csv"), set.Samples);
        Assert.StartsWith("image,patient,source,pleural effusion,disease:cervical rib\n", File.ReadAllText(_folder.At("copy.csv")));
        AssertSame(set, ManifestFile.Read(_folder.At("copy.csv")));
    }

    static void AssertSame(SampleSet expected, SampleSet actual)
    {
        Assert.Empty(actual.Skipped);
        static string Line(Sample s) => $"{s.Image}|{s.Patient}|{s.Source}|{s.Report}|{string.Join(';', s.Labels.ByDisease)}";
        Assert.Equal(expected.Samples.Select(Line), actual.Samples.Select(Line));
    }
}
