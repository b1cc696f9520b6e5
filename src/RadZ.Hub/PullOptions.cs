namespace RadZ.Hub;

/// <summary>How patiently files are fetched.</summary>
sealed record PullOptions
{
    /// <summary>Parts that are fetched at the same time, 1 to 16.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Bytes of a part.</summary>
    public long PartSize { get; init; } = 16 << 20;

    /// <summary>A connection that brings nothing for so long is given up and tried anew.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Failures in a row, without a byte between them, after which the pull ends.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The pause after the first failure; it doubles with each.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause, and the longest <c>Retry-After</c> that is waited for.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The clock, for a <c>Retry-After</c> that names a time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Free bytes at a path; the file system's when null.</summary>
    public Func<string, long>? FreeSpace { get; init; }
}

/// <summary>Hears how a pull goes; called from several threads.</summary>
interface IPullProgress
{
    /// <summary>What is to be done is known.</summary>
    /// <param name="files">Files that are still to be fetched.</param>
    /// <param name="total">Their bytes.</param>
    /// <param name="have">Bytes of them that an earlier pull brought.</param>
    void Begin(int files, long total, long have);

    /// <summary>Bytes came in (negative: bytes that turned out wrong are fetched again).</summary>
    void Received(long bytes);

    /// <summary>A file is whole, its hash right, and it has its name.</summary>
    void Published(HubFile file);

    /// <summary>Something failed and is tried again after a pause.</summary>
    void Waiting(string reason, TimeSpan pause);
}
