namespace RadZ.Model.Runtime;

/// <summary>
/// Arithmetic of tensors and numbers. TorchSharp turns a number into a <see cref="Scalar"/> whose handle it passes on without keeping the
/// object alive: under load the garbage collector freed one while native code was about to read it (three interruptions of two
/// training runs came of it). Here it is disposed after the operation, and so lives until then.
/// </summary>
static class TensorArithmetic
{
    /// <summary>
    /// The weight of the second term. TorchSharp's operator + makes one anew for every call and does not hold it either; - has none.
    /// </summary>
    static readonly Scalar s_one = 1, s_two = 2;

    /// <summary>x + y.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, s_one);

    /// <summary>x + y, in the place of x.</summary>
    public static Tensor PlusInPlace(this Tensor x, Tensor y) => x.add_(y, s_one);

    /// <summary>x * x. TorchSharp's square() is a power of a number that it does not hold.</summary>
    public static Tensor Squared(this Tensor x) => x.pow(s_two);

    /// <summary>x * number.</summary>
    public static Tensor Times(this Tensor x, double number)
    {
        using Scalar held = number;
        return x.mul(held);
    }

    /// <summary>x / number.</summary>
    public static Tensor Over(this Tensor x, double number)
    {
        using Scalar held = number;
        return x.div(held);
    }

    /// <summary>x + number.</summary>
    public static Tensor Plus(this Tensor x, double number)
    {
        using Scalar held = number;
        return x.add(held);
    }

    /// <summary>x with number where the mask is true.</summary>
    public static Tensor Masked(this Tensor x, Tensor mask, double number)
    {
        using Scalar held = number;
        return x.masked_fill(mask, held);
    }
}
