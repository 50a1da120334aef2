/**
 * The phases of an outgoing migration. Each does one bounded piece of work at a time and returns
 * what comes next: more work, a wait, the next stage, or why it cannot go on. What a failure means
 * is said by {@link io.vmferry.source.outgoing.state.FailureRules}.
 */
package io.vmferry.source.outgoing.phase;
