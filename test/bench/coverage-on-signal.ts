/** Loaded into the measured process: at each signal it writes which functions have run since the one before. */
import { takeCoverage } from 'node:v8';

process.on('SIGUSR2', () => takeCoverage());
