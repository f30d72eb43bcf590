// Automation policies in their final order: the more specific one first, as the first that covers a
// name is used, and those that say the same as one. There may be as many policies as sites, so that
// each is only compared with those that it has something in common with.

import { stableSort } from "../routes/stable-sort.js";
import { Alike } from "./alike.js";
import { type AutomationPolicy, isEmpty, saysNothingBesideManagers } from "./automation-policy.js";
import { Covering, isSubset, type Named, named } from "./covering.js";

/** Put policies in order. None are left when they only say for which names they are. */
export function consolidateAutomation(
  policies: readonly AutomationPolicy[],
): readonly AutomationPolicy[] {
  if (policies.every(isEmpty)) return [];
  const sorted = stableSort(policies.map(named), isMoreSpecific);
  return mergeAlike(withoutNeedless(sorted));
}

function isMoreSpecific(a: Named, b: Named): boolean {
  if (isSubset(a, b)) return true;
  return !isSubset(b, a) && a.covers.length > b.covers.length;
}

/** Leave out policies that say nothing, unless they keep another one from their names. */
function withoutNeedless(list: readonly Named[]): readonly Named[] {
  const covering = new Covering(list);
  return list.filter(({ policy }, at) => {
    if (!isEmpty(policy)) return true;
    const shadowed = list[covering.nextSuperset(policy.subjects, at)]?.policy;
    const isNeedless = shadowed !== undefined && saysNothingBesideManagers(shadowed);
    return !isNeedless && at < list.length - 1;
  });
}

/**
 * Make one policy of those that say the same. A policy for everything takes over from a specific
 * one before it, unless a policy in between would get all of its names instead.
 */
function mergeAlike(list: readonly Named[]): readonly AutomationPolicy[] {
  const policies = list.map(({ policy }) => policy);
  const covering = new Covering(list);
  const alike = new Alike(policies);
  const gone = new Set<number>();
  const merged: AutomationPolicy[] = [];
  for (const [at, policy] of policies.entries()) {
    if (gone.has(at)) continue;
    const names = new Set(policy.subjects);
    const isDefault = names.size === 0;
    for (const other of alike.behind(at)) {
      if (gone.has(other)) continue;
      const more = (policies[other] as AutomationPolicy).subjects;
      if (more.length > 0 || isDefault) {
        for (const name of more) names.add(name);
        gone.add(other);
      } else if (covering.nextSuperset([...names], at, (index) => !gone.has(index)) >= other) {
        gone.add(at);
        break;
      }
    }
    if (!gone.has(at)) merged.push({ ...policy, subjects: [...names] });
  }
  return merged;
}
