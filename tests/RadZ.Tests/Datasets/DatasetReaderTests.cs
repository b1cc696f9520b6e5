using System.IO.Compression;
using RadZ.Data;
using RadZ.Data.Sets;
using RadZ.Files;

namespace RadZ.Tests.Datasets;

public sealed class DatasetReaderTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static string[] Skips(SampleSet set) => [.. set.Skipped.Select(s => $"{s.Line} {s.Kind}: {s.Reason}")];

    static (string, string)[] Known(Labels labels) =>
        [.. labels.ByDisease.Where(l => l.Value != Label.Unknown).Select(l => (l.Key, l.Value.ToString())).Order()];

    [Fact]
    public void The_14_findings_are_those_of_the_data_set() => Assert.Equal(14, ChestXray14.Findings.Distinct().Count());

    [Fact]
    public void Kermany_names_give_patient_and_cause()
    {
        foreach (var name in (string[])["PNEUMONIA/person100_bacteria_475.jpeg", "PNEUMONIA/person1_virus_6.jpeg",
            "PNEUMONIA/person1_virus_6_2.jpeg", "NORMAL/IM-0115-0001.jpeg",
            "NORMAL/NORMAL2-IM-1423-0001.jpeg", "NORMAL/IM-0125-0001-0002.jpeg", "NORMAL/scan.jpeg", "PNEUMONIA/.DS_Store",
            "PNEUMONIA/person7_fungus_1.jpeg", "PNEUMONIA/person8bacteria.jpeg"])
            _folder.Write($"train/{name}");
        var set = KermanyFolder.Read(_folder.At("train"));

        Assert.Equal(
            ["kermany:normal-0115", "kermany:normal-0125", "kermany:normal-1423", "kermany:person100", "kermany:person1",
                "kermany:person1"],
            set.Samples.Select(s => s.Patient));
        Assert.All(set.Samples, s =>
        {
            Assert.Equal("kermany", s.Source); Assert.True(File.Exists(s.Image));
            Assert.True(Path.IsPathRooted(s.Image));
        });
        Assert.Equal([("COVID-19", "Absent"), ("bacterial pneumonia", "Present"), ("no finding", "Absent"), ("pneumonia", "Present"),
            ("viral pneumonia", "Absent")], Known(set.Samples[3].Labels));
        Assert.Equal([("COVID-19", "Absent"), ("bacterial pneumonia", "Absent"), ("no finding", "Absent"), ("pneumonia", "Present"),
            ("viral pneumonia", "Present")], Known(set.Samples[4].Labels));
        Assert.Equal([.. ChestXray14.Findings.Concat(["bacterial pneumonia", "viral pneumonia", "COVID-19"]).Select(d => (d, "Absent"))
            .Append(("no finding", "Present")).Order()],
            Known(set.Samples[0].Labels));
        Assert.Equal(
            ["0 bad-name: a NORMAL name must hold the patient as IM-nnnn, as in IM-0115-0001.jpeg.",
                "0 not-an-image: expected a .jpeg, .jpg or .png file.",
             "0 bad-name: a PNEUMONIA name must hold patient and cause, as in person100_bacteria_475.jpeg.",
             "0 bad-name: a PNEUMONIA name must hold patient and cause, as in person100_bacteria_475.jpeg."],
            Skips(set));
    }

    [Fact]
    public void A_folder_without_both_classes_is_an_error()
    {
        _folder.Write("train/NORMAL/IM-0115-0001.jpeg");
        Assert.EndsWith("expected the folders NORMAL and PNEUMONIA in it; give the folder of one split, as kermany/train.",
            Assert.Throws<InvalidInputException>(() => KermanyFolder.Read(_folder.At("train"))).Message);
    }

    const string NihHeader = "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View " +
        "Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]";

    [Fact]
    public void Nih_header_with_commas_in_two_names_is_read_by_name()
    {
        foreach (var name in (string[])["00001281_000.png", "00001299_000.png", "00000013_005.png"]) _folder.Write($"images/{name}");
        var set = NihTable.Read(_folder.Write("Data_Entry_2017.csv",
            $"{NihHeader},\r\n00001281_000.png,No Finding,0,1281,42,M,PA,2500,2048,0.168,0.168,\r\n" +
            "00001299_000.png,Effusion|Pleural_Thickening,0,01299,52,M,PA,2500,2048,0.168,0.168,\r\n" +
            "00000013_005.png, Pneumonia | Infiltration ,0,13,52,M,PA,2500,2048,0.168,0.168,\r\n"));

        Assert.Empty(set.Skipped);
        Assert.Equal(["nih:1281", "nih:1299", "nih:13"], set.Samples.Select(s => s.Patient));
        var (normal, effusion, pneumonia) = (set.Samples[0].Labels, set.Samples[1].Labels, set.Samples[2].Labels);
        Assert.Equal(["no finding"], normal.Present);
        Assert.All([.. ChestXray14.Findings, "bacterial pneumonia", "viral pneumonia"], d => Assert.Equal(Label.Absent, normal[d]));
        Assert.Equal(["pleural effusion", "pleural thickening"], effusion.Present);
        Assert.All(ChestXray14.Findings.Except(effusion.Present).Append("no finding"), d => Assert.Equal(Label.Absent, effusion[d]));
        Assert.All(["bacterial pneumonia", "viral pneumonia"],
            d => Assert.Equal((Label.Absent, Label.Unknown), (effusion[d], pneumonia[d])));
        Assert.All(set.Samples, s => Assert.Equal(Label.Absent, s.Labels["COVID-19"]));       // older than the disease
        Assert.Equal(Label.Unknown, effusion["tuberculosis"]);
        Assert.Equal(["infiltration", "pneumonia"], pneumonia.Present.Order());
        Assert.Equal(15, set.Diseases.Count);
    }

    [Fact]
    public void Nih_short_table_and_images_in_parts_are_read_too()
    {
        _folder.Write("images_001/images/a.png");
        _folder.Write("images_012/images/b.png");
        var set = NihTable.Read(_folder.Write("labels.csv",
            "image,patient,view,sex,age,labels\na.png,80,PA,F,67,No Finding\nb.png,118,PA,M,73,Hernia|Mass\n"));
        Assert.Equal([_folder.At("images_001", "images", "a.png"), _folder.At("images_012", "images", "b.png")],
            set.Samples.Select(s => s.Image));
        Assert.Equal(["hernia", "mass"], set.Samples[1].Labels.Present.Order());
    }

    [Fact]
    public void Nih_rows_that_cannot_be_used_are_told()
    {
        _folder.Write("images/a.png");
        Assert.Equal(
            [
                "2 bad-labels: label 'Efusion' is none of the 14 findings nor No Finding; did you mean 'effusion'?",
                "3 bad-labels: label 'COVID-19' is none of the 14 findings nor No Finding",
                "4 bad-labels: labels are 'No Finding|Mass': No Finding and a finding exclude each other.",
                "5 bad-labels: label '' is none of the 14 findings nor No Finding",
                "6 bad-patient: patient is 'x80', expected a whole number.",
                "7 missing-image: there is no image 'z.png' in images/ or images_*/images/ beside the table.",
                "9 duplicate-image: image 'a.png' is already on line 8.",
                "10 cell-count: the row has 2 cells, expected at least 3.",
            ],
            Skips(NihTable.Read(_folder.Write("labels.csv",
                "image,patient,labels\na.png,1,Efusion\na.png,1,COVID-19\na.png,1,No Finding|Mass\na.png,1,\na.png,x80,Mass\n" +
                "z.png,1,Mass\na.png,1,Mass\na.png,1,Mass\na.png,1\n"))));
    }

    [Fact]
    public void A_table_of_another_kind_is_an_error() =>
        Assert.EndsWith("there is no column 'image'; found 'Path', 'Sex'.",
            Assert.Throws<InvalidInputException>(() => NihTable.Read(_folder.Write("labels.csv", "Path,Sex\na,b\n"))).Message);

    [Fact]
    public void Covid_is_viral_pneumonia_and_nothing_else_is_known()
    {
        _folder.Write("images/a.jpg");
        _folder.Write("images/b.jpg");
        var set = CovidTable.Read(_folder.Write("labels.csv",
            "image,patient,view,sex,age,labels\na.jpg,024e7871,PA,F,,COVID-19\nb.jpg,,AP,M,,COVID-19\nb.jpg,1,AP,M,,Pneumonia\n"));
        Assert.Equal(("covid:024e7871", "covid"), (set.Samples.Single().Patient, set.Samples.Single().Source));
        Assert.Equal([("COVID-19", "Present"), ("no finding", "Absent"), ("pneumonia", "Present"), ("viral pneumonia", "Present")],
            Known(set.Samples[0].Labels));
        Assert.Equal(["3 bad-patient: the patient cell is empty.",
            "4 bad-labels: labels are 'Pneumonia', expected COVID-19, the only label of this source."], Skips(set));
    }

    [Fact]
    public void A_gzipped_table_is_read_as_it_is()
    {
        _folder.Write("images/a.jpg");
        using (var zip = new GZipStream(File.Create(_folder.At("labels.csv.gz")), CompressionLevel.Fastest))
            zip.Write("image,patient,labels\na.jpg,1,COVID-19\n"u8);
        Assert.Single(CovidTable.Read(_folder.At("labels.csv.gz")).Samples);
    }
}
