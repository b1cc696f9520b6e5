namespace RadZ.Training.Losses;

/// <summary>What terms need beside the features of images and texts.</summary>
[Flags]
enum LossNeeds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Category vectors.</summary>
    Bank = 1,

    /// <summary>Features of the categories' sentences.</summary>
    Categories = 2,

    /// <summary>What the decoder says at each patch.</summary>
    States = 4,
}

/// <summary>
/// One term of a loss: a function of a batch's features. Adding one is a file with a class, and a line in <see cref="LossList"/>.
/// </summary>
interface ILossTerm
{
    /// <summary>As the log calls it.</summary>
    string Name { get; }

    /// <summary>By what it is multiplied in the sum, at least 0.</summary>
    double Weight { get; }

    /// <summary>Whether it is computed.</summary>
    bool IsUsed => Weight > 0;

    /// <summary>What must be computed for it.</summary>
    LossNeeds Needs => LossNeeds.None;

    /// <summary>
    /// The term, a scalar, within the caller's dispose scope and in no scope of its own: inputs are made when first asked for.
    /// </summary>
    Tensor Compute(LossInputs inputs);
}
