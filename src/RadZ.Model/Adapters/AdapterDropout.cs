namespace RadZ.Model.Adapters;

/// <summary>
/// What the adapters of one model drop: the generator that it is drawn from, and whether inputs are dropped now (where gradients are
/// recorded, and in a pass without them that a pass with them will repeat). It belongs to the model; one thread trains a model at a time.
/// </summary>
sealed class AdapterDropout(ulong seed, Device device) : IDisposable
{
    readonly Generator _noise = new(seed, device);
    int _forced;

    /// <summary>Whether inputs are dropped now.</summary>
    public bool IsActive => _forced > 0 || is_grad_enabled();

    /// <summary>Drops until the end of the block, gradients or not.</summary>
    public IDisposable Force() => new Block(this);

    /// <summary>Makes what is dropped next a function of the seed.</summary>
    public void Seed(long seed) => _noise.manual_seed(seed);

    /// <summary>Where the generator stands; the caller disposes it.</summary>
    public Tensor State() => _noise.get_state();

    /// <summary>Puts the generator where it stood.</summary>
    public void Restore(Tensor state) => _noise.set_state(state);

    /// <summary>The next 62 bits.</summary>
    public ulong NextKey()
    {
        using var drawn = randint(1L << 31, [2], ScalarType.Int64, device: _noise.device, generator: _noise).cpu();
        var parts = drawn.data<long>();
        return (ulong)parts[0] << 32 | (ulong)parts[1];
    }

    /// <inheritdoc/>
    public void Dispose() => _noise.Dispose();

    sealed class Block : IDisposable
    {
        readonly AdapterDropout _dropout;

        public Block(AdapterDropout dropout)
        {
            _dropout = dropout;
            _dropout._forced++;
        }

        public void Dispose() => _dropout._forced--;
    }
}
