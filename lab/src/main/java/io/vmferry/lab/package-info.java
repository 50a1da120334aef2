/** The only place that knows both nodes: what tests, measures and explains the pair. */
package io.vmferry.lab;
