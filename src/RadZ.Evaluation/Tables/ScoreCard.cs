using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RadZ.Evaluation.Intervals;

namespace RadZ.Evaluation.Tables;

/// <summary>
/// What an evaluation says: a line for each disease and their mean. Null is a number that is not defined for want of positives,
/// negatives or both. <see cref="ToJson"/> is a contract; its names and order do not change.
/// </summary>
/// <param name="Rows">Images scored.</param>
/// <param name="Failed">Images that could not be scored; in no other number.</param>
/// <param name="Classes">A disease each, in the order of the table.</param>
/// <param name="Macro">Their mean.</param>
public sealed record ScoreCard(int Rows, int Failed, IReadOnlyList<ClassScore> Classes, MacroScore Macro)
{
    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>How the intervals came to be.</summary>
    [JsonIgnore]
    public BootstrapOptions Bootstrap { get; init; } = new();

    /// <summary>Patients in the table: what the bootstrap draws from.</summary>
    [JsonIgnore]
    public int Patients { get; init; }

    /// <summary>Computes the card of a table.</summary>
    public static ScoreCard Compute(ScoreTable table, BootstrapOptions options)
    {
        string[] patients = [.. table.Rows.Select(r => r.Patient)];
        var numbers = MultiLabel.Compute(table.Scores, table.Labels);
        var bootstrap = AucBootstrap.Run(table.Scores, table.Labels, patients, options);
        var classes = table.Diseases.Select((disease, c) => ClassScore.From(disease, numbers.Classes[c], bootstrap.Classes[c]));
        return new(table.Rows.Count, table.Failed.Count, [.. classes], MacroScore.From(numbers, bootstrap.Macro))
        {
            Bootstrap = options,
            Patients = patients.Distinct(StringComparer.Ordinal).Count(),
        };
    }

    /// <summary>The contract: <c>rows, failed, classes [...], macro {...}</c>, numbers with all their digits.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The same for a person, with what to beware of.</summary>
    public override string ToString() => ScoreCardText.Render(this);
}

/// <summary>One disease, over the images whose label is known.</summary>
public sealed record ClassScore
{
    /// <summary>Its name.</summary>
    public required string Disease { get; init; }

    /// <summary>Images with it.</summary>
    public required int Positives { get; init; }

    /// <summary>Images without it.</summary>
    public required int Negatives { get; init; }

    /// <summary>Area under the ROC curve, in [0, 1]; null without both kinds.</summary>
    public double? Auc { get; init; }

    /// <summary>Lower end of its bootstrap interval by patient.</summary>
    public double? AucLow { get; init; }

    /// <summary>Upper end.</summary>
    public double? AucHigh { get; init; }

    /// <summary>In [0, 1]; null without positives.</summary>
    public double? AveragePrecision { get; init; }

    /// <summary>The paper's convention: the best over all thresholds, chosen on these very images; null without positives.</summary>
    public double? F1 { get; init; }

    /// <summary>At that threshold, score &gt;= threshold.</summary>
    public double? Accuracy { get; init; }

    /// <summary>The threshold of <see cref="F1"/> and <see cref="Accuracy"/>.</summary>
    [JsonIgnore]
    public double? Threshold { get; init; }

    /// <summary>Resamples without positives or without negatives: left out of the interval.</summary>
    [JsonIgnore]
    public int UndefinedResamples { get; init; }

    internal static ClassScore From(string disease, ClassMetrics numbers, ResampledInterval interval) =>
        new()
        {
            Disease = disease,
            Positives = numbers.Positives,
            Negatives = numbers.Negatives,
            Auc = numbers.Auc,
            AucLow = interval.Interval?.Low,
            AucHigh = interval.Interval?.High,
            AveragePrecision = numbers.AveragePrecision,
            F1 = numbers.BestF1?.F1,
            Accuracy = numbers.BestF1?.AtOrAbove.Accuracy,
            Threshold = numbers.BestF1?.Threshold,
            UndefinedResamples = interval.Undefined,
        };
}

/// <summary>Means over diseases, each over those where it is defined.</summary>
public sealed record MacroScore
{
    /// <summary>Mean area.</summary>
    public double? Auc { get; init; }

    /// <summary>Lower end of its bootstrap interval by patient.</summary>
    public double? AucLow { get; init; }

    /// <summary>Upper end.</summary>
    public double? AucHigh { get; init; }

    /// <summary>Mean average precision (a disease with positives only counts as 1).</summary>
    public double? AveragePrecision { get; init; }

    /// <summary>Mean F1 in the paper's convention.</summary>
    public double? F1 { get; init; }

    /// <summary>Mean accuracy in the paper's convention.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Over how many diseases <see cref="Auc"/> goes.</summary>
    public required int Classes { get; init; }

    /// <summary>Over how many diseases the other three means go: those with a positive.</summary>
    [JsonIgnore]
    public int ClassesWithPositives { get; init; }

    internal static MacroScore From(MultiLabel numbers, ResampledInterval interval)
    {
        var (auc, precision) = (numbers.Macro(c => c.Auc), numbers.Macro(c => c.AveragePrecision));
        return new()
        {
            Auc = auc.Mean,
            AucLow = interval.Interval?.Low,
            AucHigh = interval.Interval?.High,
            AveragePrecision = precision.Mean,
            F1 = numbers.Macro(c => c.BestF1?.F1).Mean,
            Accuracy = numbers.Macro(c => c.BestF1?.AtOrAbove.Accuracy).Mean,
            Classes = auc.Classes,
            ClassesWithPositives = precision.Classes,
        };
    }
}
