/**
 * Open file descriptors of this process: {@link io.vmferry.machine.descriptor.Descriptor} owns one,
 * {@link io.vmferry.machine.descriptor.DescriptorNames} and {@link
 * io.vmferry.machine.descriptor.DescriptorSets} find the one that a migration address means.
 */
package io.vmferry.machine.descriptor;
