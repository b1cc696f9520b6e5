using System.Runtime.CompilerServices;
using System.Threading.Channels;
using RadZ.Data;
using RadZ.Imaging;
using RadZ.Imaging.Pictures;
using RadZ.Phantoms.Plan;

namespace RadZ.Phantoms;

/// <summary>Phantoms made as they are asked for: any by its number, or a stream drawn ahead on other threads. Nothing is kept.</summary>
public sealed class PhantomSource
{
    readonly PhantomSampler _sampler;

    /// <param name="options">Which phantoms.</param>
    /// <param name="size">Side of the pictures in pixels, 64 to 1024.</param>
    /// <exception cref="ArgumentException">The options are wrong; it lists how.</exception>
    public PhantomSource(PhantomOptions options, int size)
    {
        if (size is < LeastSize or > MostSize)
            throw new ArgumentOutOfRangeException(nameof(size), size, $"expected {LeastSize} to {MostSize}.");
        (_sampler, Size) = (new(options), size);
    }

    /// <summary>The smallest side.</summary>
    public const int LeastSize = 64;

    /// <summary>The largest side.</summary>
    public const int MostSize = 1024;

    /// <summary>Side of the pictures in pixels.</summary>
    public int Size { get; }

    /// <summary>Which phantoms.</summary>
    public PhantomOptions Options => _sampler.Options;

    /// <summary>The plan of a phantom, without drawing it.</summary>
    public PhantomPlan Plan(long index) => _sampler.Plan(index);

    /// <summary>The patient's key of a phantom.</summary>
    public string Patient(long index) => _sampler.Patient(index);

    /// <summary>Draws one.</summary>
    public Phantom Draw(long index) => PhantomRenderer.Render(_sampler.Plan(index), Size);

    /// <summary>Phantoms from number <paramref name="first"/> on, in order, a few drawn ahead.</summary>
    /// <param name="first">The number of the first.</param>
    /// <param name="count">How many.</param>
    /// <param name="workers">Threads that draw; all cores where 0. Memory is that of twice as many phantoms, however long the
    /// stream.</param>
    /// <param name="cancel">Stops it.</param>
    public async IAsyncEnumerable<Phantom> StreamAsync(long first, long count, int workers = 0,
        [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var ahead = workers > 0 ? workers : Environment.ProcessorCount;
        var channel = Channel.CreateBounded<Task<Phantom>>(new BoundedChannelOptions(ahead) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var producer = Task.Run(async () =>
        {
            try
            {
                for (var i = first; i < first + count; i++)
                {
                    var index = i;
                    await channel.Writer.WriteAsync(Task.Run(() => Draw(index), stop.Token), stop.Token).ConfigureAwait(false);
                }
                channel.Writer.Complete();
            }
            catch (OperationCanceledException e)
            {
                channel.Writer.Complete(e);
            }
        }, CancellationToken.None);
        try
        {
            await foreach (var drawn in channel.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
                yield return await drawn.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await producer.ConfigureAwait(false);
        }
    }

    /// <summary>The picture as 8-bit levels, exactly as <see cref="ImageFile"/> reads a written one of 8 or 16 bits.</summary>
    public static Raster Levels(Phantom phantom)
    {
        var levels = new byte[phantom.Pixels.Length];
        for (var i = 0; i < levels.Length; i++) levels[i] = (byte)((phantom.Pixels[i] * 255 + 32767) / 65535);
        return new(phantom.Size, phantom.Size, 1, levels);
    }

    /// <summary>What a data set says of a phantom: all 14 findings and "no finding".</summary>
    public static Labels Labels(PhantomPlan plan) => PhantomSampler.Labels(plan);
}
