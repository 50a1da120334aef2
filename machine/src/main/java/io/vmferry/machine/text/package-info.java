/** Numbers, quantities and counted things as texts for people. */
package io.vmferry.machine.text;
