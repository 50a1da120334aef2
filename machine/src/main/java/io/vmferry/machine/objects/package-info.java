/**
 * The objects that {@code object-add} and {@code --object} make: TLS credentials, authorisations
 * and secrets, by their id.
 */
package io.vmferry.machine.objects;
