/** The realm's hook for CommonJS: register.mjs installs the recorder before any module loads. */
exports.h = globalThis[Symbol.for('hindscope@1')]
