// Skein as a library: survey an export, load it, replay a load, tune for a server.

export type { SurveyReport } from './collisions/find-collisions.ts';
export type { InfluxOptions } from './destination/influx/connect.ts';
export type { DuplicatePolicy } from './duplicate-policy.ts';
export type { SelectionOptions } from './encode/selection.ts';
export { type ErrorCode, SkeinError } from './errors.ts';
export { type InspectOptions, type InspectReport, inspect } from './inspect-file.ts';
export type { Books } from './load/books.ts';
export { load } from './load-file.ts';
export type { LoadFileOptions, LoadReport } from './load-options.ts';
export { replay } from './replay-directory.ts';
export type { ReplayOptions, ReplayReport } from './replay-run.ts';
export type { Survey } from './survey/survey.ts';
export type { Track } from './survey/track.ts';
export { type SurveyFileOptions, survey } from './survey-file.ts';
export { type TuneOptions, type TuneReport, tune } from './tune-server.ts';
export type { Verification } from './verify/compare.ts';
export { type VerifyFileOptions, type VerifyReport, verify } from './verify-file.ts';
