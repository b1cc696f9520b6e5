// seeds and thread counts are process-wide in libtorch: one test at a time
[assembly: CollectionBehavior(DisableTestParallelization = true)]
