return await RadZ.Cli.RadzCommand.Run(args).ConfigureAwait(false);
