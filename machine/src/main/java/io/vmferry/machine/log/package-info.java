/**
 * The log for machines: one JSON object a line on stderr, for {@code --log-format json}. The log
 * for people is SLF4J's own simple one; a second library beside it, of which only its encoder would
 * be used, would have to be kept from being found by every other program here.
 */
package io.vmferry.machine.log;
