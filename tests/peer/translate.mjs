// translate.mjs -- one of our worlds and requests -> what another evaluator
// asks for: the caller, the documents of each layer, the context. Written
// against docs/semantics.md, sections 5, 7 and 8, for what tests/generators
// makes; nothing here decides anything.

const clone = (value) => JSON.parse(JSON.stringify(value))
const list = (value) => (Array.isArray(value) ? value : [value])

export const allowAll = () => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }]
})

// Who asks (S-170, S-176, S-139).
function readCaller(principal, session) {
  if (principal === '*') return { kind: 'anonymous' }
  if (principal.Service) return { kind: 'service', name: principal.Service }
  if (principal.Federated) {
    return { kind: 'provider', name: principal.Federated }
  }
  const parts = principal.split(':')
  const account = parts[4]
  const rest = parts.slice(5).join(':')
  const caller = { account, arn: principal }
  if (rest === 'root') return { kind: 'root', ...caller }
  if (rest.startsWith('user/')) {
    return { kind: 'user', ...caller, entity: principal }
  }
  if (rest.startsWith('federated-user/')) {
    return { kind: 'federated', ...caller, entity: session?.parent ?? '' }
  }
  if (rest.startsWith('role/')) {
    return { kind: 'role', ...caller, entity: principal, session: '' }
  }
  const [, role, name] = rest.split('/')
  return { kind: 'role', ...caller, role, session: name }
}

class Translation {
  constructor(world, request) {
    this.set = world
    this.request = request
    this.caller = readCaller(request.principal, request.session)
    this.findEntity()
  }

  findEntity() {
    const principals = this.set.principals ?? []
    const { caller } = this
    if (caller.role !== undefined) {
      const found = principals.find((p) => {
        const parts = p.arn.split(':')
        return (
          parts[4] === caller.account &&
          parts[5].startsWith('role/') &&
          parts[5].endsWith(`/${caller.role}`)
        )
      })
      caller.entity =
        found?.arn ?? `arn:aws:iam::${caller.account}:role/${caller.role}`
    }
    this.entity = principals.find((p) => p.arn === caller.entity)
  }

  // A reference or an inline policy -> its document.
  document(policy) {
    if (typeof policy !== 'string') return clone(policy.document)
    return clone(this.set.policies.find((p) => p.arn === policy).document)
  }

  documents(policies) {
    return (policies ?? []).map((policy) => this.document(policy))
  }

  identity() {
    if (!this.entity) return []
    const groups = (this.entity.groups ?? []).map((arn) =>
      this.set.groups.find((group) => group.arn === arn)
    )
    return [this.entity, ...groups].flatMap((e) => this.documents(e.policies))
  }

  // The longest entry that has the member (S-158).
  entry(member) {
    const { resource } = this.request
    const governs = (arn) =>
      resource === arn ||
      resource.startsWith(`${arn}/`) ||
      resource.startsWith(`${arn}:`)
    return (this.set.resources ?? [])
      .filter((e) => e[member] !== undefined && governs(e.arn))
      .sort((a, b) => b.arn.length - a.arn.length)[0]
  }

  // S-177; where nothing tells, an account that nobody has. That happens to
  // callers without an account alone, for whom it makes no difference (S-108).
  owner() {
    const inArn = this.request.resource.split(':')[4]
    return (
      this.request.resourceAccount ??
      this.entry('account')?.account ??
      (/^[0-9]{12}$/.test(inArn ?? '') ? inArn : undefined) ??
      this.caller.account ??
      '999999999999'
    )
  }

  resourcePolicy() {
    const { action, resource } = this.request
    if (/^arn:[^:]*:iam::[0-9]*:role\//.test(resource)) {
      const role = this.set.principals.find((p) => p.arn === resource)
      const takesPart = action.toLowerCase().startsWith('sts:')
      return takesPart && role?.trustPolicy
        ? clone(role.trustPolicy)
        : undefined
    }
    const entry = this.entry('policy')
    return entry ? clone(entry.policy) : undefined
  }

  // The nodes from the root to the account's; [] outside the tree.
  path(account) {
    const walk = (node, above) => {
      const path = [...above, node]
      if ((node.accounts ?? []).includes(account)) return path
      for (const unit of node.units ?? []) {
        const found = walk(unit, path)
        if (found.length > 0) return found
      }
      return []
    }
    const root = this.set.organization?.root
    return root && account ? walk(root, []) : []
  }

  isManagement(account) {
    return this.set.organization?.managementAccount === account
  }

  // S-94, S-100: one list of documents a level.
  scps() {
    if (this.isManagement(this.caller.account)) return []
    return this.path(this.caller.account)
      .filter((node) => node.scps !== undefined)
      .map((node) => this.documents(node.scps))
  }

  // S-95, S-101
  rcps() {
    const owner = this.owner()
    if (this.isManagement(owner)) return []
    const services = this.set.organization?.rcpServices
    const service = this.request.action.split(':')[0]
    if (services && !services.includes(service)) return []
    return this.path(owner)
      .filter((node) => node.rcps !== undefined)
      .map((node) => this.documents(node.rcps))
  }

  session() {
    const { session } = this.request
    const callers = ['user', 'role', 'federated', 'root']
    if (!session || !callers.includes(this.caller.kind)) return []
    return [
      ...clone(session.policies ?? []),
      ...this.documents(session.policyArns)
    ]
  }

  endpoint() {
    const id = this.request.endpoint
    const found = (this.set.endpoints ?? []).find((e) => e.id === id)
    return found ? clone(found.policy) : undefined
  }

  // S-173: the keys that the generated policies ask for.
  context() {
    const context = clone(this.request.context ?? {})
    const { caller } = this
    if (caller.kind === 'anonymous') {
      context['aws:PrincipalAccount'] = 'anonymous'
    }
    if (!caller.account) return context
    context['aws:PrincipalAccount'] = caller.account
    context['aws:PrincipalArn'] =
      caller.kind === 'role' ? caller.entity : caller.arn
    if (caller.kind === 'user') {
      context['aws:username'] = caller.arn.split('/').pop()
    }
    const team = this.request.session?.tags?.Team ?? this.entity?.tags?.team
    if (team !== undefined) context['aws:PrincipalTag/team'] = team
    return context
  }

  result() {
    const { request, caller } = this
    return {
      caller,
      action: request.action,
      resource: request.resource,
      owner: this.owner(),
      context: this.context(),
      identity: this.identity(),
      boundary: this.entity?.boundary
        ? this.document(this.entity.boundary)
        : undefined,
      session: this.session(),
      resourcePolicy: this.resourcePolicy(),
      scps: this.scps(),
      rcps: this.rcps(),
      endpoint: this.endpoint()
    }
  }
}

// The case: plain data, which the classes rewrite.
export function translate(world, request) {
  return new Translation(world, request).result()
}

// All documents of a case, for rewriting in place.
export function documentsOf(c) {
  return [
    ...c.identity,
    ...c.session,
    ...c.scps.flat(),
    ...c.rcps.flat(),
    ...[c.boundary, c.resourcePolicy, c.endpoint].filter(Boolean)
  ]
}

export function statementsOf(document) {
  return list(document.Statement)
}

export { clone, list }
