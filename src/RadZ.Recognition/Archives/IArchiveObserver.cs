using RadZ.Files;
using RadZ.Model.Checkpoints;

namespace RadZ.Recognition.Archives;

/// <summary>Follows a run over many films. Members are called one at a time, in the run's own order.</summary>
interface IArchiveObserver
{
    /// <summary>The model is there.</summary>
    void Loaded(ModelSettings settings);

    /// <summary>So many films will be looked at.</summary>
    void Begin(int films);

    /// <summary>So many of them were answered by an earlier run.</summary>
    void Skip(int films);

    /// <summary>One more is done.</summary>
    void Step();

    /// <summary>All are done.</summary>
    void Read();

    /// <summary>All answers are written.</summary>
    void Answered();

    /// <summary>No map was drawn over a film: its header says that a name is burned into it.</summary>
    void MapRefused(string film);

    /// <summary>A report could not be made of a study's pictures.</summary>
    void ReportRefused(InvalidInputException reason);

    /// <summary>So many heat maps are written.</summary>
    void Explained(int maps, bool grounded);
}

/// <summary>What came of a run over many films.</summary>
/// <param name="Films">All of them.</param>
/// <param name="Kept">Answers of an earlier run that was gone on with.</param>
/// <param name="Failed">Films that could not be read, those of an earlier run too.</param>
/// <param name="Doubted">Films of which the gate doubts something, by reason.</param>
/// <param name="Silent">Studies without a readable image, which have no report.</param>
/// <param name="Refused">Reports that could not be made.</param>
sealed record ArchiveOutcome(int Films, int Kept, int Failed, IReadOnlyDictionary<string, int> Doubted, int Silent, int Refused);
