/** Whether the documents of the repository are true: what they link to, name and tell to type. */
package io.vmferry.lab.docs;
