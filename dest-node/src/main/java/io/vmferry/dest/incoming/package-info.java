/**
 * The incoming migration: the destination's engine.
 *
 * <pre>
 *   IncomingMigration   the commands; puts the parts together
 *   IncomingDriver      what follows on what, from the first connection to the end
 *   ChannelJoining      accepted connections become channels
 *   PingAnswers         PONG, which may need the lease
 *   PrecopyArrival      the end of a precopy
 *   PostcopyEntry       package, LISTEN, RUN
 *   IncomingEnd         the only exit: fails, pauses or completes, as the failure table says
 *
 *   recovery    a postcopy that has lost its channels: pause, bitmaps, resume
 *   postcopy    advice, discards, LISTEN, the change of owner, pages that are asked for, completion
 *   stream      what channels bring: main channel, package, preempt; sections, devices
 *   accept      where it listens, and which channel an accepted connection is
 *   guest       the claim on the lease, approvals of a switchover, arrival
 *   channel     the channels there are and wait for each other, return path, silence of the source
 *   ram         pages as they arrive, and those that somebody waits for
 *   state       where the migration stands: status, postcopy, whose the guest is
 * </pre>
 *
 * <p>Each package uses only packages below it. A class is given what it uses; what happens it
 * returns, or reports by a callback that the driver gave it. All of it runs on one {@link
 * io.vmferry.machine.link.EngineLoop}.
 */
package io.vmferry.dest.incoming;
