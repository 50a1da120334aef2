package io.vmferry.dest.incoming.state;

import io.vmferry.protocol.failure.Failure;

/** What comes next of a migration, as a part sees it that has done its share. */
public sealed interface Next {

    /** See {@link Wait}; one for all pages that come. */
    Next WAIT = new Wait();

    /** Nothing changes: something more has to come. */
    record Wait() implements Next {}

    /** The migration is complete. */
    record Complete() implements Next {}

    /** The migration cannot go on like this. */
    record Failed(Failure failure) implements Next {}
}
