/** What one outgoing migration counts and measures: bytes, pages, bandwidth, downtime. */
package io.vmferry.source.outgoing.figures;
