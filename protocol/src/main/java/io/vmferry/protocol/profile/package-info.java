/**
 * The differences between QEMU versions. An engine never compares version numbers: it asks a {@link
 * io.vmferry.protocol.profile.Profile} for a {@link io.vmferry.protocol.profile.Trait}.
 */
package io.vmferry.protocol.profile;
