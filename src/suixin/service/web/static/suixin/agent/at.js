// Where the modules are: their names hold their content's hash, and the page knows them.
export const at = (name) => document.getElementById(`m-${name}`).href;
