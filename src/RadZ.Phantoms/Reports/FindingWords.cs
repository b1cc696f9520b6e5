using RadZ.Phantoms.Plan;

namespace RadZ.Phantoms.Reports;

/// <summary>How a hospital calls a finding and what it sees of it.</summary>
/// <param name="Terms">Names, each one that the knowledge base knows.</param>
/// <param name="Counted">True where the names take an article: "a mass", but "atelectasis".</param>
/// <param name="Grades">The words of mild, moderate and severe; empty where the size is told instead.</param>
/// <param name="Signs">What it looks like, without naming it, a side, or anything that is not there.</param>
/// <param name="Appearance">The same in the plainest words: shade, shape, border, place. Other findings share them, which is how a
/// description of one never seen can say something.</param>
sealed record FindingWords(string[] Terms, bool Counted, string[] Grades, string[] Signs, string[] Appearance)
{
    static readonly string[] s_strength = ["mild", "moderate", "severe"];
    static readonly string[] s_volume = ["small", "moderate", "large"];
    static readonly string[] s_spread = ["limited", "moderate", "extensive"];

    static readonly Dictionary<string,
        (string[] A, string[] B, bool Counted, string[] Grades, string[] Signs, string[] Appearance)> s_words = new()
        {
            ["atelectasis"] = (["atelectasis"], ["atelectasis", "pulmonary collapse"], false, s_strength,
            ["linear opacity with crowded vessels", "volume loss with a raised hemidiaphragm", "wedge-shaped opacity with volume loss"],
            ["linear white opacity with loss of volume", "wedge-shaped white opacity that pulls the diaphragm up"]),
            ["cardiomegaly"] = (["cardiomegaly", "cardiac enlargement"], ["cardiomegaly", "enlarged cardiac silhouette"], false, s_strength,
            ["transverse diameter of the heart above half of the chest"],
            ["wide smooth white shadow of the heart", "heart shadow wider than half of the chest"]),
            ["pleural effusion"] = (["pleural effusion"], ["effusion", "pleural effusion"], true, s_volume,
            ["homogeneous density with a meniscus and a blunted costophrenic angle",
                "density at the lung base that climbs the lateral chest wall"],
            ["homogeneous white density at the base with a curved upper border",
                "dense white fluid level that blunts the costophrenic angle"]),
            ["infiltration"] = (["infiltrate", "pulmonary infiltrate"], ["infiltrate"], true, s_strength,
            ["ill-defined hazy density in which vessels are still visible", "hazy patchy density with blurred borders"],
            ["hazy grey density without clear borders", "faint patchy density, vessels still visible"]),
            ["mass"] = (["mass", "lung mass"], ["mass", "pulmonary mass"], true, [],
            ["dense rounded opacity larger than 30 mm", "large rounded opacity with a sharp margin"],
            ["dense round white opacity with a sharp margin", "large round white shadow surrounded by air"]),
            ["nodule"] = (["nodule", "pulmonary nodule"], ["nodule", "lung nodule"], true, [],
            ["small round opacity of less than 30 mm surrounded by aerated lung", "round well circumscribed spot"],
            ["small round white spot", "small dense round opacity with a sharp margin"]),
            ["pneumonia"] = (["pneumonia"], ["pneumonia", "lung infection"], false, s_strength,
            ["patchy opacity with ill-defined borders", "patchy confluent opacity with fluffy borders"],
            ["patchy white opacity with ill-defined borders and air bronchograms", "fluffy white opacity that fills the air spaces"]),
            ["pneumothorax"] = (["pneumothorax"], ["pneumothorax", "pleural air"], true, s_volume,
            ["thin white pleural line with black space beyond it",
                "black space at the chest wall beyond a thin line where the vessels end"],
            ["black air at the chest wall beyond a thin white line", "black peripheral space where the vessels end"]),
            ["consolidation"] = (["consolidation", "airspace consolidation"], ["consolidation", "lung consolidation"], false, s_spread,
            ["homogeneous dense opacity with air bronchograms", "homogeneous dense opacity that hides the vessels"],
            ["homogeneous dense white opacity with air bronchograms", "dense white opacity that fills a lobe and hides the vessels"]),
            ["edema"] = (["pulmonary edema", "edema"], ["edema", "lung edema"], false, s_strength,
            ["perihilar haze in a bat-wing pattern with septal lines", "widened upper vessels, septal lines and perihilar haze"],
            ["hazy white density around both hila with fine lines", "bilateral perihilar haze and thin white lines at the periphery"]),
            ["emphysema"] = (["emphysema", "pulmonary emphysema"], ["emphysema", "emphysematous change"], false, s_strength,
            ["hyperinflated lucent lungs with few vessels and flattened diaphragms",
                "lucent lungs with flattened diaphragms and a narrow heart"],
            ["black lucent lungs with few vessels and flat diaphragms", "too much black air and few vessels"]),
            ["fibrosis"] = (["pulmonary fibrosis", "fibrosis"], ["fibrosis", "fibrotic change"], false, s_strength,
            ["coarse reticular lines with reduced volume", "coarse reticular lines and honeycombing"],
            ["coarse white lines at the periphery with small lungs", "network of white lines with loss of volume"]),
            ["pleural thickening"] =
            (["pleural thickening", "thickening of the pleura"], ["pleural thickening", "thickened pleura"], false, s_strength,
            ["smooth band of soft-tissue density along the chest wall", "band of density that follows the chest wall"],
            ["white band along the chest wall", "thin dense band of the pleura at the periphery"]),
            ["hernia"] = (["hernia", "diaphragmatic hernia"], ["hernia", "diaphragmatic hernia"], true, s_volume,
            ["rounded gas-filled shadow behind the heart", "rounded shadow behind the heart with an air-fluid level"],
            ["round shadow with black gas behind the heart", "round soft-tissue shadow with an air-fluid level in the midline"]),
        };

    /// <summary>The words of a site.</summary>
    public static FindingWords For(string disease, Site site)
    {
        var words = s_words[disease];
        return new(site.Name == Site.A.Name ? words.A : words.B, words.Counted, words.Grades, words.Signs, words.Appearance);
    }

    /// <summary>The word of a grade with a blank behind it, or nothing.</summary>
    public string Grade(Severity severity) => Grades.Length == 0 ? "" : Grades[(int)severity] + " ";
}
