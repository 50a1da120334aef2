/**
 * How an outgoing migration ends, pauses or is cancelled, and who has the guest then.
 *
 * <p>{@link io.vmferry.source.outgoing.end.AttemptEnd} is the only exit. What a failure means is
 * said by {@link io.vmferry.source.outgoing.state.FailureRules}.
 */
package io.vmferry.source.outgoing.end;
