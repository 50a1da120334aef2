package io.vmferry.source.outgoing;

/**
 * The figures of one attempt to migrate, as they are now or were at its end.
 *
 * @param startNanos when it began, by the loop's clock
 */
record SessionFigures(SessionParts parts, long startNanos) {

    OutgoingFigures now() {
        long now = parts.session.endNanos().orElseGet(parts.ports.loop()::nanoTime);
        return new OutgoingFigures(
                parts.state.get(),
                now - startNanos,
                parts.counters.setupNanos(),
                parts.downtime.totalNanos(now),
                parts.downtime.parts(),
                parts.window.expectedDowntimeMillis(),
                OutgoingFigures.Ram.of(
                        parts.counters,
                        parts.window,
                        parts.sections.ram().pendingBytes(),
                        parts.guest.ram().totalBytes()),
                parts.counters.pendingBytes,
                parts.sections.deviceBytes(),
                parts.autoConverge.percentage(),
                parts.error.text());
    }
}
