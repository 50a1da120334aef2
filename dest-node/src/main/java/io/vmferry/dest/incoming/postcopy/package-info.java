/**
 * Postcopy, in the order of its parts: {@link
 * io.vmferry.dest.incoming.postcopy.PostcopyPreparation} up to POSTCOPY_LISTEN, {@link
 * io.vmferry.dest.incoming.postcopy.MissingPages} from there on, {@link
 * io.vmferry.dest.incoming.postcopy.PostcopyTakeover} for the change of owner and {@link
 * io.vmferry.dest.incoming.postcopy.PostcopyCompletion} at the end.
 */
package io.vmferry.dest.incoming.postcopy;
