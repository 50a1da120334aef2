/**
 * What management code does to a guest: any program that speaks QMP migrates between two real
 * daemons, or two real QEMUs, while something happens that a healthy migration never shows; then
 * the guest is looked for.
 */
package io.vmferry.lab.clients;
