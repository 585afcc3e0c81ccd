import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Whole products first, since they wait much; then the many small files, which fill the rest evenly. A worker is kept
 * only from file to file of one project, so projects do not mix.
 */
const order = ['e2e', 'contract', 'walks'];

/** Within a project as usual: what failed or took longest in the last run goes first. */
export default class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    return usual.toSorted((a, b) => groupOf(a) - groupOf(b) || placeOf(a) - placeOf(b));
  }
}

const groupOf = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
const placeOf = ({ project }: TestSpecification) => order.indexOf(project.name);
