/** A postcopy that has lost its channels: it pauses, and goes on when its source is back. */
package io.vmferry.dest.incoming.recovery;
