using RadZ.Model.Runtime;
using RadZ.Text.Sequences;
using RadZ.Training.Data;
using RadZ.Training.Losses;
using RadZ.Training.Optimization;

namespace RadZ.Training.Phases;

/// <summary>Scores of the validation samples, [N, C] row-major, higher = more likely.</summary>
sealed record ValidationScores(IReadOnlyList<string> Diseases, double[,] Scores);

/// <summary>What a phase trains: weights, a loss, and how it is judged. The loop around it is the same for all.</summary>
interface ITrainingTask : IDisposable
{
    /// <summary>The trained weights by rate and decay.</summary>
    IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>Running statistics that belong to the weights' state and are averaged with them.</summary>
    IReadOnlyList<(string Name, Tensor Value)> Buffers => [];

    /// <summary>Makes the sequence of a report; null where the loss reads no text.</summary>
    Func<string, TokenSequence>? Tokenize => null;

    /// <summary>Whether the loss reads pixels: not where all that it wants of a picture is known.</summary>
    bool ReadsPixels => true;

    /// <summary>What must survive a restart besides weights and buffers (a frozen bank).</summary>
    IReadOnlyList<(string Name, Tensor Value)> State => [];

    /// <summary>Puts back what <see cref="State"/> gave.</summary>
    void Restore(Func<string, Tensor> read) { }

    /// <summary>
    /// The loss of batch number <paramref name="number"/> (counted from 0 over the phase), within the caller's dispose scope.
    /// </summary>
    LossTerms Loss(TrainingBatch batch, int number);

    /// <summary>
    /// Adds the gradients of <see cref="Loss"/>, divided by the number of batches that make a step, to those of the weights.
    /// </summary>
    LossTerms Learn(TrainingBatch batch, int number, int batches)
    {
        var loss = Loss(batch, number);
        BackwardPass.Run(() => (batches == 1 ? loss.Total : loss.Total.Over(batches)).backward());
        return loss;
    }

    /// <summary>Scores of prepared pictures with the weights as they are now.</summary>
    ValidationScores Score(IReadOnlyList<RadZ.Data.Sample> samples, PreparedImages images, CancellationToken cancel);
}
