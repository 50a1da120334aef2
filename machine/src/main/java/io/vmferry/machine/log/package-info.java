/**
 * The JSON log: one object per line on stderr, for {@code --log-format json}. The text log is
 * SLF4J's simple one; a second library beside it, of which only its encoder would be used, would
 * have to be kept from being found by every other program here.
 */
package io.vmferry.machine.log;
