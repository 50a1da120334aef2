/**
 * Open file descriptors of this process: {@link io.vmferry.machine.descriptor.Descriptor} owns one,
 * {@link io.vmferry.machine.descriptor.MessageReader} receives them from a client of a monitor. By
 * {@link io.vmferry.machine.descriptor.DescriptorNames} and {@link
 * io.vmferry.machine.descriptor.DescriptorSets} a migration address finds the one that it means.
 */
package io.vmferry.machine.descriptor;
