using RadZ.Data;
using RadZ.Files;
using RadZ.Text.Knowledge;

namespace RadZ.Tests.Datasets;

/// <summary>Each set in its publishers' form, with the faults that are known of it.</summary>
public sealed class PublishedSetTests : IDisposable
{
    readonly SetTree _tree = new();

    public void Dispose() => _tree.Dispose();

    const string NihHeader = "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View " +
        "Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],";

    SetTree Nih() => _tree
        .With("Data_Entry_2017.csv.gz",
            $"{NihHeader}\n00000001_000.png,Effusion|Infiltration,0,1,058Y,M,PA,2500,2048,0.1,0.1,\n" +
            "00000002_000.png,No Finding,0,2,414,F,AP,2500,2048,0.1,0.1,\n"
            + "00000003_000.png,Hernia|Oops,0,3,40,F,AP,1,1,1,1,\n00000004_000.png,Mass,0,4,40,F,AP,1,1,1,1,\n" +
                "\"00000005_000.png\",\" Nodule \",0,5,40,F,AP,1,1,1,1,\n")
        .With("test_list.txt", "00000001_000.png\n00000003_000.png\n00000004_000.png\n00000009_000.png\n\n00000001_000.png\n")
        .With("train_val_list.txt", "00000002_000.png\r\n00000005_000.png\r\n")
        .With("BBox_List_2017.csv",
            "Image Index,Finding Label,Bbox [x,y,w,h],,,\n00000001_000.png,Infiltrate,225.08,547.02,86.78,79.19,,,\n" +
            "00000001_000.png,Effusion,1,2,3,x,,,\n")
        .With("images_001/images/00000001_000.png").With("images_002/images/00000002_000.png").With("images_002/images/00000005_000.png")
        .With("images_001/images/00000003_000.png");

    [Fact]
    public void Nih_split_labels_boxes_and_people()
    {
        var test = Nih().Read("cxr14");
        var one = test.Samples.Single();
        Assert.Equal(("nih:1", "chestxray14", View.PosteroAnterior, Sex.Male, 58.0, "Effusion|Infiltration"),
            (one.Patient, one.Source, one.View, one.Sex, one.Age, one.RawLabels));
        Assert.Equal(["infiltration", "pleural effusion"], one.Labels.Present.Order());
        Assert.Equal(new FindingBox("Infiltrate", "infiltration", 225.08, 547.02, 86.78, 79.19, 1024), one.Boxes.Single());
        Assert.EndsWith("images_001/images/00000001_000.png", one.Image);
        Assert.Equal(
            [
                "3 bad-box: expected image, label, and x, y, width, height above 0.",
                "6 duplicate-image: image '00000001_000.png' is already on line 1.",
                "4 bad-labels: label 'Oops' is none of the 14 findings nor No Finding",
                "5 missing-image: there is no image '00000004_000.png' under ~.",
                "4 missing-row: image '00000009_000.png' of the split has no row in the table of labels.",
            ], _tree.Skips(test));
        Assert.Equal(["BBox_List_2017.csv", "Data_Entry_2017.csv.gz", "test_list.txt"], test.Files.Select(Path.GetFileName).Order());

        var rest = _tree.Read("chestxray14", "train_val");
        Assert.Equal([("nih:2", View.AnteroPosterior, null), ("nih:5", View.AnteroPosterior, 40.0)],
            rest.Samples.Select(s => (s.Patient, s.View, s.Age)));
        Assert.Equal(["+no_finding", "+nodule"], rest.Samples.Select(s => Told.Of(s.Labels).Split(' ').First(w => w[0] == '+')));
        // the wrong row is out, the missing image is not looked for
        Assert.Equal(4, _tree.Read("nih", "all", images: false).Samples.Count);
    }

    [Fact]
    public void Nih_derived_table_of_the_papers()
    {
        const string header = "img_path,Image Index,Finding Label,atelectasis,cardiomegaly,pleural effusion,infiltration,lung mass,lung " +
            "nodule,pneumonia,pneumothorax,consolidation,edema,emphysema,fibrosis,pleural thicken,hernia\n";
        var set = _tree.With("official_test.csv",
            header + "images/00000003_000.png,00000003_000.png,Hernia,0,0,0,0,0,0,0,0,0,0,0,0,0,1\n" +
                "images/00000013_005.png,00000013_005.png,No Finding,0.0,0,0,0,0,0,0,0,0,0,0,0,0,0\n"
            + "images/x.png,00000013_006.png,,2,0,0,0,0,0,0,0,0,0,0,0,0,0\n").With("images/00000003_000.png")
                .With("images/00000013_005.png").Read("cxr14");
        Assert.Equal(["hernia", "no finding"], set.Samples.Select(s => s.Labels.Present.Single()));
        Assert.Equal(["nih:3", "nih:13"], set.Samples.Select(s => s.Patient));
        Assert.Equal(["4 bad-cell: column 'atelectasis' holds '2', expected 1, 0, -1 or nothing."], _tree.Skips(set));
    }

    [Fact]
    public void Mimic_labels_by_study_with_uncertain_and_unmentioned()
    {
        const string report = " FINAL REPORT\n EXAMINATION:  CHEST (PA AND LAT)\n \n INDICATION:  ___ year old woman with cough\n \n" +
            " FINDINGS: \n \n There is no focal consolidation.\n \n IMPRESSION: \n \n No acute process.\n";
        _tree.With("mimic-cxr-2.0.0-metadata.csv.gz",
            "dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition,Rows,Columns,StudyDate,StudyTime," +
            "ProcedureCodeSequence_CodeMeaning,ViewCodeSequence_CodeMeaning,PatientOrientationCodeSequence_CodeMeaning\n"
            + "aa,10000032,50414267,\"CHEST (PA, LAT)\",PA,3056,2544,21800506,213014.531,CHEST,postero-anterior,Erect\n" +
                "bb,10000032,50414267,,LATERAL,1,1,1,1,,,\ncc,10000033,50414268,,,1,1,1,1,,,\ndd,10000034,50414269,,AP,1,1,1,1,,,\n" +
                "ee,10000035,50414270,,AP,1,1,1,1,,,\n")
            .With("mimic-cxr-2.0.0-split.csv",
                "dicom_id,study_id,subject_id,split\naa,50414267,10000032,test\nbb,50414267,10000032,test\n" +
                "cc,50414268,10000033,validate\ndd,50414269,10000034,test\nee,50414270,10000035,test\nff,1,1,test\n")
            .With("mimic-cxr-2.0.0-chexpert.csv",
                "subject_id,study_id,Atelectasis,Cardiomegaly,Consolidation,Edema,Enlarged Cardiomediastinum,Fracture,Lung Lesion,Lung " +
                "Opacity,No Finding,Pleural Effusion,Pleural Other,Pneumonia,Pneumothorax,Support Devices\n"
                + "10000032,50414267,1.0,-1.0,0.0,,,,,,,,,,,\n10000033,50414268,,,,,,,,,1.0,,,,,\n10000035,50414270,x,,,,,,,,,,,,,\n")
            .With("files/p10/p10000032/s50414267/aa.jpg").With("files/p10/p10000032/s50414267/bb.dcm")
            .With("files/p10/p10000032/s50414267.txt", report).With("files/p10/p10000033/s50414268/cc.jpg");
        var test = _tree.Read("mimic", reports: true);
        Assert.Equal([View.PosteroAnterior, View.Lateral], test.Samples.Select(s => s.View));
        Assert.All(test.Samples,
            s => Assert.Equal(("mimic:10000032", "50414267", "+atelectasis ?cardiomegaly -consolidation -no_finding"),
                (s.Patient, s.Study, Told.Of(s.Labels))));
        Assert.Equal(("There is no focal consolidation.", "No acute process.", "___ year old woman with cough"),
            (test.Samples[0].Sections!.Findings, test.Samples[0].Sections!.Impression, test.Samples[0].Sections!.Indication));
        Assert.Equal("There is no focal consolidation. No acute process.", test.Samples[0].Report);
        Assert.Equal(["4 bad-cell: column 'Atelectasis' holds 'x', expected 1, 0, -1 or nothing.",
            "0 missing-row: image 'ff' of the split has no row in the table of metadata."], _tree.Skips(test));
        Assert.Equal(2, test.LeftOut["study without labels"]);
        Assert.Equal(1, _tree.Read("mimic-cxr", frontal: true).LeftOut["lateral view"]);
        Assert.Equal(["no finding"], _tree.Read("mimic-cxr", "validate").Samples.Single().Labels.Present);
    }

    [Fact]
    public void CheXpert_rows_of_images_and_of_studies()
    {
        const string labels = "No Finding,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung " +
            "Lesion,Edema,Consolidation,Pneumonia,Atelectasis,Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices";
        _tree.With("valid.csv",
            $"Path,Sex,Age,Frontal/Lateral,AP/PA,{labels}\nCheXpert-v1.0-small/valid/patient64541/study1/view1_frontal.jpg,Male,73," +
            "Frontal,AP,0.0,1.0,1.0,1.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0\n"
                + "CheXpert-v1.0-small/valid/patient64541/study1/view2_lateral.jpg,Male,73,Lateral,,,,,-1.0,,,,,,,,,,\n" +
                    "valid/nobody.jpg,Male,1,Frontal,AP,,,,,,,,,,,,,,\n")
            .With("groundtruth.csv",
                $"Study,{labels}\nCheXpert-v1.0/test/patient64741/study1,0,0,1,0,0,0,0,0,0,0,0,0,0,0\n" +
                "CheXpert-v1.0/test/patient64742/study1,1,0,0,0,0,0,0,0,0,0,0,0,0,0\n")
            .With("valid/patient64541/study1/view1_frontal.jpg").With("valid/patient64541/study1/view2_lateral.jpg")
            .With("test/patient64741/study1/view1_frontal.jpg").With("test/patient64741/study1/view2_lateral.jpg");
        var valid = _tree.Read("chexpert", "valid");
        Assert.Equal([("chexpert:patient64541", View.AnteroPosterior, Sex.Male, 73.0),
            ("chexpert:patient64541", View.Lateral, Sex.Male, 73.0)], valid.Samples.Select(s => (s.Patient, s.View, s.Sex, s.Age!.Value)));
        Assert.Equal("?lung_opacity", Told.Of(valid.Samples[1].Labels));
        Assert.Equal(["4 bad-path: path is 'valid/nobody.jpg', expected .../patient00001/study1/view1_frontal.jpg or " +
            ".../patient00001/study1."], _tree.Skips(valid));
        var test = _tree.Read("chexpert");
        Assert.EndsWith("test/patient64741/study1/view1_frontal.jpg", test.Samples.Single().Image);
        Assert.Equal(["cardiomegaly"], test.Samples[0].Labels.Present);
        Assert.Equal("missing-image", test.Skipped.Single().Kind);
    }

    [Fact]
    public void Rsna_boxes_classes_and_the_mapping_to_nih()
    {
        _tree.With("stage_2_train_labels.csv",
            "patientId,x,y,width,height,Target\na,264.0,152.0,213.0,379.0,1\na,562.0,152.0,256.0,453.0,1\nb,,,,,0\nc,,,,,0\nd,,,,,maybe\n")
            .With("stage_2_detailed_class_info.csv", "patientId,class\na,Lung Opacity\nb,No Lung Opacity / Not Normal\nc,Normal\nc,Odd\n")
            .With("pneumonia-challenge-dataset-mappings_2018.json",
                """[{"subset_img_id":"a","img_id":"00000123_001.png","SOPInstanceUID":"1.2"}]""")
            .With("new_test.csv", "ID,img_path,boxes,classes\na,x/a.dcm,1;2;3;4,1\nc,x/c.dcm,nan,0\nz,x/z.dcm,,0\n")
            .With("stage_2_train_images/a.dcm").With("stage_2_train_images/b.dcm").With("stage_2_train_images/c.dcm");
        var all = _tree.Read("rsna", "all");
        Assert.Equal(["+pneumonia -no_finding", "-no_finding -pneumonia", "+no_finding -pneumonia"],
            all.Samples.Select(s => string.Join(' ', Told.Of(s.Labels).Split(' ').Order())));
        Assert.Equal(["nih:123", "rsna:b", "rsna:c"], all.Samples.Select(s => s.Patient));
        Assert.Equal((2, 562.0, 1024), (all.Samples[0].Boxes.Count, all.Samples[0].Boxes[1].X, all.Samples[0].Boxes[1].Frame));
        Assert.Equal(["6 bad-cell: Target is 'maybe', expected 1 or 0.",
            "5 bad-labels: class is 'Odd', expected Normal, No Lung Opacity / Not Normal, or Lung Opacity."], _tree.Skips(all));
        var test = _tree.Read("rsna");
        Assert.Equal(["rsna:c", "nih:123"], test.Samples.Select(s => s.Patient).OrderDescending());
        Assert.Equal("missing-row", test.Skipped[^1].Kind);
    }

    [Fact]
    public void Rsna_derived_table_alone()
    {
        var set = _tree.With("test.csv", "ID,img_path,boxes,classes\na,x/a.dcm,1;2;3;4|5;6;7;8,1\nb,x/b.dcm,,0\nc,x/c.dcm,1;2,1\n")
            .Read("rsna", images: false);
        Assert.Equal([2, 0, 0], set.Samples.Select(s => s.Boxes.Count));
        Assert.Equal(Label.Unknown, set.Samples[1].Labels[Disease.NoFinding]);                  // the table does not say who is normal
        Assert.Equal(["4 bad-box: '1;2' is no box; expected x;y;w;h."], _tree.Skips(set));
    }

    [Fact]
    public void Siim_joins_masks_and_knows_nothing_of_the_rest()
    {
        _tree.With("train-rle.csv",
            "ImageId, EncodedPixels\n1.2.3, 10 2 5 3\n1.2.3, 0 1\n1.2.4, -1\n1.2.5,-1\n1.2.6, 1 2 3\n1.2.7,1048570 9\n")
            .With("dicom-images-train/1/2/1.2.3.dcm").With("dicom-images-train/1/3/1.2.4.dcm").With("test.csv",
                "ImageId,Pneumothorax\n1.2.3,1\n1.2.3,1\n");
        var all = _tree.Read("siim", "all");
        Assert.Equal(["+pneumothorax", "-pneumothorax"], all.Samples.Select(s => Told.Of(s.Labels)));
        Assert.Equal([5L, 1L], all.Samples[0].Masks.Select(m => m.Area.Area));
        var joined = new bool[1024 * 1024];
        foreach (var mask in all.Samples[0].Masks) mask.Area.Paint(joined);
        // down the first column
        Assert.Equal([0, 10 * 1024, 11 * 1024, 17 * 1024, 18 * 1024, 19 * 1024], joined.Index().Where(p => p.Item).Select(p => p.Index));
        Assert.Equal(["6 bad-mask: the mask has 3 numbers, expected pairs of gap and length, or -1.",
            "7 bad-mask: the mask ends at pixel 1048579, outside of 1024 x 1024.", "5 missing-image: there is no image '1.2.5' under ~."],
                _tree.Skips(all));
        // split by rows: the same image twice
        Assert.Equal("3 duplicate-image: image '1.2.3' is already on line 2.", _tree.Skips(_tree.Read("siim"))[^1]);
    }

    [Fact]
    public void Covidx_lines_with_names_that_hold_spaces()
    {
        _tree.With("test.txt", "3 SARS 1.jpg positive cohen\n379 a.png positive stonybrook\n0a1b c.png negative rsna\n" +
            "9 d.png maybe fig1\nshort line\n\n").With("test/SARS 1.jpg").With("test/a.png").With("test/c.png");
        var set = _tree.Read("covidx");
        Assert.Equal(["covidx:3", "covidx:379", "rsna:0a1b"], set.Samples.Select(s => s.Patient));
        Assert.Equal([Label.Present, Label.Present, Label.Absent], set.Samples.Select(s => s.Labels["COVID-19"]));
        Assert.Equal(Label.Unknown, set.Samples[2].Labels[Disease.NoFinding]);
        Assert.Equal(["4 bad-labels: class is 'maybe', expected positive or negative (in the old form normal, pneumonia or COVID-19).",
            "5 cell-count: the line has 2 words, expected patient, file, class and source."], _tree.Skips(set));
        Assert.Equal(["+no_finding -pneumonia"],
            _tree.With("train.txt", "1 e.png normal cohen\n").Read("covidx", "train", images: false)
                .Samples.Select(s => Told.Of(s.Labels)));
    }

    [Fact]
    public void PadChest_lists_with_stray_spaces_and_remarks()
    {
        _tree.With("PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv.gz",
            ",ImageID,ImageDir,StudyDate_DICOM,StudyID,PatientID,PatientBirth,PatientSex_DICOM,ViewPosition_DICOM,Projection,MethodLabel," +
            "Labels\n"
            + "0,a.png,0,20140915,s1,p1,1954.0,F,POSTEROANTERIOR,PA,Physician,\"['pleural effusion', ' infiltrates ', '']\"\n" +
                "1,b.png,0,20140915,s1,p1,,F,LATERAL,L,Physician,\"['normal']\"\n"
            + "2,c.png,1,2014,s2,p2,1900,M,,AP_horizontal,Physician,\"['unchanged', 'pacemaker']\"\n" +
                "3,d.png,1,2014,s3,p3,1950,O,,PA,Physician,\"['exclude']\"\n4,e.png,1,2014,s4,p4,1950,M,,COSTAL,RNN_model,\"['normal']\"\n"
            + "5,f.png,1,2014,s5,p5,1950,M,,PA,Physician,['broken'\n6,g.png,1,2014,s6,p6,1950,M,,PA,Physician,\n")
            .With("0/a.png").With("0/b.png").With("1/c.png");
        var set = _tree.Read("padchest");
        Assert.Equal([View.PosteroAnterior, View.Lateral, View.AnteroPosterior], set.Samples.Select(s => s.View));
        Assert.Equal([60.0, null, 114.0], set.Samples.Select(s => s.Age));
        Assert.Equal(["infiltration", "pleural effusion"], set.Samples[0].Labels.Present.Order());
        Assert.Equal((Label.Absent, Label.Absent), (set.Samples[0].Labels["hiatal hernia"], set.Samples[0].Labels[Disease.NoFinding]));
        Assert.Equal("+pacemaker", Told.Of(set.Samples[2].Labels));                                 // unchanged: the rest is not said
        Assert.Equal([1, 1, 1], (int[])[set.LeftOut["labelled 'exclude'"], set.LeftOut["labelled by a network, not by a physician"],
            set.LeftOut["no labels"]]);
        Assert.Equal(["7 bad-labels: '['broken'' is no list such as ['nodule', 'normal']."], _tree.Skips(set));
        Assert.Equal(4, _tree.Read("padchest", "all", images: false).Samples.Count);
    }

    [Fact]
    public void VinDr_three_readers_are_a_vote()
    {
        _tree.With("train.csv",
            "image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max\na,Cardiomegaly,3,R1,691.0,1375.0,1653.0,1831.0\n" +
            "a,Cardiomegaly,3,R2,690,1300,1600,1800\na,Pleural effusion,10,R3,1,1,5,5\n"
            + "b,No finding,14,R1,,,,\nb,No finding,14,R2,,,,\nb,No finding,14,R3,,,,\nb,Oddity,15,R3,,,,\na,Nodule/Mass,8,R3,9,9,5,5\n")
                .With("train/a.dicom").With("train/b.dicom");
        var set = _tree.Read("vindr", "train");
        var (a, b) = (set.Samples[0].Labels, set.Samples[1].Labels);
        Assert.Equal((Label.Present, Label.Uncertain, Label.Absent, Label.Unknown),
            (a["cardiomegaly"], a["pleural effusion"], a["atelectasis"], a["tuberculosis"]));
        Assert.Equal([Disease.NoFinding], b.Present);
        Assert.Equal((3, "R2", 910.0), (set.Samples[0].Boxes.Count, set.Samples[0].Boxes[1].Reader, set.Samples[0].Boxes[1].Width));
        Assert.Equal(["bad-labels", "bad-box"], set.Skipped.Select(s => s.Kind));
        Assert.Contains("use PhysioNet's", Assert.Throws<InvalidInputException>(() => _tree.Read("vindr")).Message);

        _tree.With("annotations/image_labels_test.csv", "image_id,Aortic enlargement,Nodule/Mass,COPD,No finding\nc,1.0,0,1,0\n")
            .With("annotations/annotations_test.csv", "image_id,class_name,x_min,y_min,x_max,y_max\nc,Aortic enlargement,1,2,11,22\n")
            .With("test/c.dicom");
        var test = _tree.Read("vindr");
        Assert.Equal(["COPD signs", "aortic enlargement"], test.Samples.Single().Labels.Present.Order(StringComparer.Ordinal));
        Assert.Equal(20, test.Samples[0].Boxes.Single().Height);
    }

    [Fact]
    public void OpenI_terms_sections_and_reports_without_images()
    {
        static string Xml(string id, string terms,
            string images) => $"<eCitation><meta/><uId id=\"{id}\"/><Abstract><AbstractText " +
                "Label=\"COMPARISON\">None.</AbstractText><AbstractText Label=\"FINDINGS\">XXXX lungs &amp; " +
                $"heart.</AbstractText><AbstractText Label=\"IMPRESSION\"/></Abstract><MeSH>{terms}</MeSH>{images}</eCitation>";
        _tree.With("ecgen-radiology/1.xml",
            Xml("CXR1", "<major>Cardiomegaly/mild</major><automatic>Pleural Effusions</automatic><automatic>opacities</automatic>",
                "<parentImage id=\"CXR1_1\"/><parentImage id=\"CXR1_2\"/>"))
            .With("ecgen-radiology/2.xml", Xml("CXR2", "<major>normal</major>", "")).With("ecgen-radiology/10.xml",
                Xml("CXR10", "<major>normal</major>", "<parentImage id=\"CXR10_1\"/>"))
            .With("ecgen-radiology/11.xml", "<eCitation><broken").With("images/CXR1_1.png").With("images/CXR10_1.png");
        var set = _tree.Read("openi");
        Assert.Equal(["openi:CXR1", "openi:CXR10"], set.Samples.Select(s => s.Patient));
        Assert.Equal(["lung opacity", "pleural effusion"], set.Samples[0].Labels.Present.Order());
        Assert.Equal(("XXXX lungs & heart.", null), (set.Samples[0].Sections!.Conclusion, set.Samples[0].Sections!.Impression));
        Assert.Equal([Disease.NoFinding], set.Samples[1].Labels.Present);
        Assert.Equal(1, set.LeftOut["report without an image"]);
        Assert.Equal(["missing-image", "bad-xml"], set.Skipped.Select(s => s.Kind));
    }

    [Fact]
    public void ChestXDet_corners_become_boxes()
    {
        var set = _tree.With("test.json", """
            [{"file_name":"00000042_006.png","syms":["Fibrosis","Effusion"],"boxes":[[632,721,909,969],[129,611,474,909]]},
             {"file_name":"36199.png","syms":[],"boxes":[]},{"file_name":"b.png","syms":["Mass"],"boxes":[[5,5,1,1]]},{"syms":[]}]
            """)
            .With("test_data/00000042_006.png").With("test_data/36199.png").Read("chestx-det");
        Assert.Equal(["nih:42", "chestxdet:36199"], set.Samples.Select(s => s.Patient));
        Assert.Equal(new FindingBox("Fibrosis", "fibrosis", 632, 721, 277, 248, 1024), set.Samples[0].Boxes[0]);
        Assert.Equal((Label.Absent, Label.Unknown), (set.Samples[1].Labels["mass"], set.Samples[1].Labels[Disease.NoFinding]));
        Assert.Equal(["3 bad-entry: entry 3: 'b.png' has the box [5,5,1,1], expected left, top, right, bottom.",
            "4 bad-entry: entry 4: there is no file_name."], _tree.Skips(set));
    }

    [Fact]
    public void Kermany_by_split()
    {
        var set = _tree.With("test/NORMAL/IM-0001-0001.jpeg").With("test/PNEUMONIA/person1_virus_6.jpeg").Read("kermany");
        Assert.Equal(["no finding", "pneumonia viral pneumonia"], set.Samples.Select(s => string.Join(' ', s.Labels.Present.Order())));
    }

    [Theory]
    [InlineData("cxr14", "tset", "chestxray14 has no split 'tset'; did you mean 'test'?")]
    [InlineData("cxr14", "test", "there is no test_list.txt (or .gz) in it")]
    [InlineData("siim", "test", "the set has no official test split with labels")]
    [InlineData("vindr", "test", "use PhysioNet's")]
    public void What_is_not_there_is_told(string set, string split, string message)
    {
        _tree.With("Data_Entry_2017.csv", NihHeader + "\n").With("train-rle.csv", "ImageId,EncodedPixels\n");
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => _tree.Read(set, split)).Message);
    }

    [Fact]
    public void A_large_set_shares_labels_and_words()
    {
        var rows = string.Concat(Enumerable.Range(1, 2000)
            .Select(i => $"{i:00000000}_000.png,{(i % 2 == 0 ? "No Finding" : "Mass|Nodule")},0,{i},40,F,PA,1,1,1,1,\n"));
        var set = _tree.With("Data_Entry_2017.csv", NihHeader + "\n" + rows).Read("cxr14", "all", images: false);
        Assert.Equal(2, set.Samples.Select(s => s.Labels).Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.Equal(2, set.Samples.Select(s => s.RawLabels).Distinct(ReferenceEqualityComparer.Instance).Count());
    }
}
