// simulate.mjs -- a case -> input of @cloud-copilot/iam-simulate -> its
// decision. Written from the package's README and type declarations.
import { statementsOf } from './translate.mjs'

const words = {
  Allowed: 'allowed',
  ExplicitlyDenied: 'explicitDeny',
  ImplicitlyDenied: 'implicitDeny'
}

// The package accepts keys that AWS's tables have. Ours stand for one of them:
// a single-valued one, or one of the multi-valued ones when the request brings
// a list. What is compared is the text; the type of the key plays no part.
const singles = {
  'app:Name': 'aws:referer',
  'app:Level': 'aws:MultiFactorAuthAge',
  'app:When': 'aws:TokenIssueTime',
  'app:Flag': 'aws:SecureTransport',
  'app:Blob': 'aws:UserAgent',
  'app:Source': 'aws:SourceArn',
  'app:Groups': 'aws:RequestedRegion',
  'aws:SourceIp': 'aws:SourceIp'
}
const lists = [
  'aws:TagKeys',
  'aws:CalledVia',
  'aws:PrincipalServiceNamesList',
  'aws:PrincipalOrgPaths',
  'aws:ResourceOrgPaths',
  'aws:VpceOrgPaths',
  'aws:SourceOrgPaths'
]

// Key of ours -> key of the package's; undefined when the lists run out.
function keyNames(context) {
  const names = { ...singles }
  const free = [...lists]
  for (const [key, value] of Object.entries(context)) {
    if (Array.isArray(value)) names[key] = free.shift()
  }
  return Object.values(names).includes(undefined) ? undefined : names
}

function renamed(text, names) {
  return text.replace(
    /app:[A-Za-z]+|aws:SourceIp/g,
    (key) => names[key] ?? key
  )
}

// Names that only our worlds have; and `*:*`, which means `*` (S-23).
function withKnownNames(c) {
  const provider = `arn:aws:iam::${c.owner}:oidc-provider/accounts.example.com`
  return (text) =>
    text
      .replaceAll('crane.example.com', 'crane.amazonaws.com')
      .replaceAll('"accounts.example.com"', `"${provider}"`)
      .replaceAll('AROAWEB', 'arn:aws:iam::111111111111:role/app/web')
      .replaceAll('"*:*"', '"*"')
}

function principalOf(c, anonymous) {
  switch (c.caller.kind) {
    case 'anonymous':
      return anonymous
    case 'service':
      return 'crane.amazonaws.com'
    case 'provider':
      return `arn:aws:iam::${c.owner}:oidc-provider/accounts.example.com`
    case 'role': {
      if (c.caller.session !== '') return c.caller.arn
      const role = c.caller.arn.split('/').pop()
      return `arn:aws:sts::${c.caller.account}:assumed-role/${role}/unnamed`
    }
    default:
      return c.caller.arn
  }
}

// Session policies are one layer (S-93), which the package takes as one
// document: possible when all have the same version.
function sessionPolicyOf(c) {
  if (c.session.length === 0) return undefined
  return {
    Version: c.session[0].Version,
    Statement: c.session.flatMap((document) => statementsOf(document))
  }
}

// Why a case cannot be put to the package; undefined when it can. Each reason
// is counted.
export function skipReason(c) {
  if (!keyNames(c.context)) return 'more lists than multi-valued keys'
  if (new Set(c.session.map((document) => document.Version)).size > 1) {
    return 'session policies of two versions'
  }
  const everyone = (p) => p === '*'
  if (
    c.endpoint &&
    !statementsOf(c.endpoint).every((s) => everyone(s.Principal))
  ) {
    return 'endpoint policy that does not name everyone'
  }
  return undefined
}

function simulationOf(c, anonymous) {
  const names = keyNames(c.context)
  const known = withKnownNames(c)
  const convert = (value) =>
    JSON.parse(known(renamed(JSON.stringify(value), names)))
  const named = (documents) =>
    documents.map((policy, i) => ({ name: `p${i}`, policy: convert(policy) }))
  const levels = (nodes) =>
    nodes.map((documents, i) => ({
      orgIdentifier: `level-${i}`,
      policies: named(documents)
    }))
  const simulation = {
    request: {
      principal: principalOf(c, anonymous),
      action: c.action,
      resource: { resource: c.resource, accountId: c.owner },
      contextVariables: Object.fromEntries(
        Object.entries(c.context).map(([key, value]) => [
          names[key] ?? key,
          value
        ])
      )
    },
    identityPolicies: named(c.identity),
    serviceControlPolicies: levels(c.scps),
    resourceControlPolicies: levels(c.rcps)
  }
  const session = sessionPolicyOf(c)
  if (session) simulation.sessionPolicy = convert(session)
  if (c.resourcePolicy) simulation.resourcePolicy = convert(c.resourcePolicy)
  if (c.boundary) simulation.permissionBoundaryPolicies = named([c.boundary])
  if (c.endpoint) simulation.vpcEndpointPolicies = named([c.endpoint])
  return simulation
}

export class Peer {
  constructor(library) {
    this.library = library
  }

  // {decision}, or {error} with what its validation says.
  async decide(c) {
    const simulation = simulationOf(c, this.library.anonymousPrincipal)
    const answer = await this.library.runSimulation(simulation, {
      simulationMode: 'Strict'
    })
    if (answer.resultType === 'error') {
      return { error: JSON.stringify(answer.errors) }
    }
    const ignored =
      answer.resultType === 'single' ? answer.result.ignoredContextKeys : []
    if (ignored?.length > 0) return { error: `ignored keys ${ignored}` }
    return { decision: words[answer.overallResult] }
  }
}
