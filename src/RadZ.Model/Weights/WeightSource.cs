using RadZ.Model.Kernels;

namespace RadZ.Model.Weights;

/// <summary>
/// Where a module's weights come from while it is built. A module asks for each by name and shape, so that building <em>is</em>
/// loading: nothing is initialised twice, nothing is copied that can be mapped, and what was asked for is known exactly.
/// </summary>
abstract class WeightSource
{
    readonly List<(string Name, Parameter Value)> _taken = [];
    readonly List<DecodeWeight> _forms = [];

    /// <summary>Every weight that was taken, by its full name, in the order of the modules: the model's state.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Taken => _taken;

    /// <summary>The weight of that full name. Where the source has none, it notes what is wrong and gives a placeholder.</summary>
    public Parameter Take(string name, long[] shape)
    {
        var value = Make(name, shape);
        value.DetachFromDisposeScope();
        _taken.Add((name, value));
        return value;
    }

    /// <summary>Adds a weight that another source made to this one's state.</summary>
    protected void Register(string name, Parameter value) => _taken.Add((name, value));

    /// <summary>The form of a projection's weight that an answer's tokens are multiplied with; it is released with the weights.</summary>
    public DecodeWeight? DecodingForm(string name, Parameter weight_OI)
    {
        if (ForDecoding(name, weight_OI) is not { } form) return null;
        _forms.Add(form);
        return form;
    }

    /// <summary>Frees every weight that was taken, and its forms: what was built of them is gone, or was never finished.</summary>
    public void Release()
    {
        foreach (var form in _forms) form.Dispose();
        foreach (var (_, value) in _taken) value.Dispose();
    }

    /// <summary>Whether an optional weight is there: a source that draws weights has all.</summary>
    public virtual bool Holds(string name) => true;

    protected abstract Parameter Make(string name, long[] shape);

    /// <summary>
    /// The form in which an answer's tokens are multiplied with a projection's weight (<see cref="WeightForm.Decoding"/>); null where it
    /// has none of its own.
    /// </summary>
    public virtual DecodeWeight? ForDecoding(string name, Parameter weight_OI) => PlainWeight.TryCreate(weight_OI);

    /// <summary>The projection of that place: plain, or with an adapter inside. The layer that asks does not know which.</summary>
    public virtual IProjection Projection(WeightScope scope, long inputs, long outputs, bool bias) =>
        new Projection(scope, inputs, outputs, bias);
}

/// <summary>A place in the tree of names: <c>scope.In("self_attn").In("q_proj").Take("weight", ...)</c>.</summary>
readonly record struct WeightScope(WeightSource Source, string Prefix = "")
{
    public WeightScope In(string name) => new(Source, $"{Prefix}{name}.");

    public Parameter Take(string name, params long[] shape) => Source.Take(Prefix + name, shape);

    public bool Holds(string name) => Source.Holds(Prefix + name);

    public IProjection Projection(string name, long inputs, long outputs, bool bias) => Source.Projection(In(name), inputs, outputs, bias);
}
