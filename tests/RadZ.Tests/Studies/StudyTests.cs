using System.Diagnostics;
using RadZ.Data.Studies;
using RadZ.Imaging.Gate;

namespace RadZ.Tests.Studies;

public class StudyTests
{
    static readonly Deidentification s_deidentification = new(new("sixteen bytes or more"u8.ToArray()));

    static IReadOnlyList<StudyPatient> Of(TempFolder folder) =>
        StudyPatient.Group(InputFiles.Find([folder.Path]), s_deidentification, TestContext.Current.CancellationToken);

    [Fact]
    public void Files_become_patients_studies_series_and_views_and_priors_are_sorted_by_date()
    {
        using var folder = new TempFolder();
        folder.Write("a/z", TinyStudy.Image("P1", "1.1", "1.1.1", "1.1.1.1", "20210505", "PA"));
        folder.Write("b/1.dcm", TinyStudy.Image("P1", "1.2", "1.2.1", "1.2.1.2", "20190303", "LL", 2));
        folder.Write("b/2.dcm", TinyStudy.Image("P1", "1.2", "1.2.1", "1.2.1.1", "20190303", "PA", 1));
        folder.Write("b/3", TinyStudy.Image("P1", "1.2", "1.2.2", "1.2.2.1", "20190303", "AP", 3));
        folder.Write("c", TinyStudy.Image("P2", "2.1", "2.1.1", "2.1.1.1", "20000101"));
        folder.Write("notes.txt", "nothing");
        folder.Write("x.png", "no picture");

        var patients = Of(folder);

        Assert.Equal(3, patients.Count);
        var (first, second) = (patients[0].Studies[0], patients[0].Studies[1]);
        Assert.Equal([1, 2], patients[0].Studies.Select(s => s.Order));
        Assert.Equal((2019, 2021), (first.Views.First().Record!.Year, second.Views.First().Record!.Year));
        Assert.Empty(first.Priors);
        Assert.Same(first, Assert.Single(second.Priors));
        Assert.Equal([2, 1], first.Series.Select(s => s.Views.Count));
        Assert.Equal(["PA", "LL", "AP"], first.Views.Select(v => v.Record!.View));
        Assert.NotEqual(patients[0].Studies[0].Views.First().Record!.Patient, patients[1].Studies[0].Views.First().Record!.Patient);
        Assert.Null(patients[2].Studies[0].Id);
    }

    [Theory, InlineData(GateReason.Tags, true), InlineData(GateReason.Pixels, false)]
    public void Only_a_header_puts_a_view_to_the_side(string source, bool side) =>
        Assert.Equal(side, new SourceImage("x", "x", null, null, [new(GateReasons.Lateral, 1, source, "")]).IsFromTheSide);

    [Fact]
    public void The_same_patient_number_of_another_hospital_is_another_patient()
    {
        using var folder = new TempFolder();
        folder.Write("1", TinyStudy.Image("7", "1.1", "1.1.1", "1.1.1.1", more: m => m.Text(0x00100021, "LO", "North")));
        folder.Write("2", TinyStudy.Image("7", "1.2", "1.2.1", "1.2.1.1", more: m => m.Text(0x00100021, "LO", "South")));
        Assert.Equal(2, Of(folder).Count);
    }

    [Fact]
    public void A_folder_is_walked_for_DICOM_whatever_it_is_called()
    {
        using var folder = new TempFolder();
        foreach (var name in (string[])["IM0001", "1.2.840.113", "x.dcm", "y.txt"])
            folder.Write(name, TinyStudy.Image("P", "1.1", "1.1.1", "1.1.1.1"));
        folder.Write("readme.md", "text");
        folder.Write("damaged.dcm", "text");
        Assert.Equal(["1.2.840.113", "IM0001", "damaged.dcm", "x.dcm", "y.txt"],
            InputFiles.Find([folder.Path]).Select(f => Path.GetFileName(f.Path)));
    }

    [Fact]
    public void A_DICOMDIR_made_by_DCMTK_is_followed()
    {
        using var folder = new TempFolder();
        folder.Write("DATA/IM1", TinyStudy.Image("P1", "1.1", "1.1.1", "1.1.1.1", more: Identified));
        folder.Write("DATA/IM2", TinyStudy.Image("P1", "1.1", "1.1.1", "1.1.1.2", number: 2, more: Identified));
        folder.Write("DATA/IM3", TinyStudy.Image("P2", "2.1", "2.1.1", "2.1.1.1", more: Identified));
        folder.Write("OTHER/IM4", TinyStudy.Image("P3", "3.1", "3.1.1", "3.1.1.1", more: Identified));
        MakeDirectory(folder, "DATA/IM1", "DATA/IM2", "DATA/IM3");

        var files = InputFiles.Find([folder.At("DICOMDIR")]);

        Assert.All(files, f => Assert.Null(f.Fault));
        Assert.Equal(["DATA/IM1", "DATA/IM2", "DATA/IM3"], files.Select(f => Path.GetRelativePath(folder.Path, f.Path)));
        // the folder itself has one more, and no image called DICOMDIR
        Assert.Equal(4, InputFiles.Find([folder.Path]).Count);

        static void Identified(TestKit.DicomMaker m) => m.Text(0x00200010, "SH", "1");
    }

    [Fact]
    public void A_copy_in_small_letters_is_found_and_a_missing_file_is_an_error_in_its_place()
    {
        using var folder = new TempFolder();
        folder.Write("DATA/IM1", TinyStudy.Image("P1", "1.1", "1.1.1", "1.1.1.1", more: m => m.Text(0x00200010, "SH", "1")));
        folder.Write("DATA/IM2", TinyStudy.Image("P1", "1.1", "1.1.1", "1.1.1.2", more: m => m.Text(0x00200010, "SH", "1")));
        MakeDirectory(folder, "DATA/IM1", "DATA/IM2");
        Directory.Move(folder.At("DATA"), folder.At("data"));
        File.Delete(folder.At("data", "IM2"));
        var files = InputFiles.Find([folder.At("DICOMDIR")]);
        Assert.Equal([null, "missing"], files.Select(f => f.Fault?.Kind));
        Assert.EndsWith("data/IM1", files[0].Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..\\SECRET"), InlineData("DATA\\..\\..\\SECRET"), InlineData("/etc/passwd"), InlineData("DATA/../../SECRET"),
        InlineData("LINK\\SECRET")]
    public void A_record_that_leaves_the_folder_is_refused(string record)
    {
        using var folder = new TempFolder();
        folder.Write("SECRET", TinyStudy.Image("P1", "1.1", "1.1.1", "1.1.1.1"));
        Directory.CreateDirectory(folder.At("medium", "DATA"));
        Directory.CreateSymbolicLink(folder.At("medium", "LINK"), folder.Path);
        folder.Write("medium/DICOMDIR", HandMadeDirectory.Of(record));
        var file = Assert.Single(InputFiles.Find([folder.At("medium", "DICOMDIR")]));
        Assert.Equal("outside", file.Fault?.Kind);
    }

    [Fact]
    public void Records_in_circles_or_to_nowhere_are_an_error_and_no_hang()
    {
        using var folder = new TempFolder();
        var circle = folder.Write("1/DICOMDIR", HandMadeDirectory.Of("IM1", next: HandMadeDirectory.First));
        Assert.Equal("corrupt", Assert.Single(InputFiles.Find([circle])).Fault?.Kind);
        var nowhere = folder.Write("2/DICOMDIR", HandMadeDirectory.Of("IM1", next: 12345));
        Assert.Contains("byte 12345", Assert.Single(InputFiles.Find([nowhere])).Fault?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_only_called_DICOMDIR_is_an_image()
    {
        using var folder = new TempFolder();
        var path = folder.Write("DICOMDIR", TinyStudy.Image("P1", "1.1", "1.1.1", "1.1.1.1"));
        Assert.Null(Assert.Single(InputFiles.Find([path])).Fault);
    }

    static void MakeDirectory(TempFolder folder, params string[] files)
    {
        foreach (var file in files) Run("dcmconv", file, file);                     // completes the meta group
        Run("dcmmkdir", ["-Nxc", "+m", "+I", .. files]);
        Assert.True(File.Exists(folder.At("DICOMDIR")));

        void Run(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder.Path,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, error);
        }
    }
}
