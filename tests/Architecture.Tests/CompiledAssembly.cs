using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace PpcJit.Architecture.Tests;

/// <summary>An assembly of ours, read as metadata: which types it has, and which types the code of each uses.</summary>
internal sealed class CompiledAssembly : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly TypeNames _names;

    /// <summary>Opens an assembly that lies beside the tests.</summary>
    /// <param name="name">Its name, such as <c>PpcJit.Machine</c>.</param>
    public CompiledAssembly(string name)
    {
        _file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll")));
        _metadata = _file.GetMetadataReader();
        _names = new TypeNames(this);
    }

    /// <summary>The names of the assemblies that it refers to.</summary>
    public IEnumerable<string> References =>
        _metadata.AssemblyReferences.Select(handle => _metadata.GetString(_metadata.GetAssemblyReference(handle).Name));

    /// <summary>
    /// Gives an arrow for each use of a type by a type of this assembly in another namespace; for the same two
    /// namespaces there may be many.
    /// </summary>
    public IEnumerable<Arrow> Arrows()
    {
        foreach (TypeDefinitionHandle handle in _metadata.TypeDefinitions)
        {
            TypeName user = NameOf(handle);
            foreach (TypeName used in UsedBy(_metadata.GetTypeDefinition(handle)))
            {
                if (IsOurs(user) && IsOurs(used) && user.Namespace != used.Namespace)
                    yield return new Arrow(user.Namespace, used.Namespace, $"{user.Name} uses {used.Name}");
            }
        }
    }

    /// <summary>Names a type that is defined here.</summary>
    public TypeName NameOf(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        return type.IsNested ? NameOf(type.GetDeclaringType()) : new TypeName(_metadata.GetString(type.Namespace), _metadata.GetString(type.Name));
    }

    /// <summary>Names a type that is defined elsewhere.</summary>
    public TypeName NameOf(TypeReferenceHandle handle)
    {
        TypeReference type = _metadata.GetTypeReference(handle);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? NameOf((TypeReferenceHandle)type.ResolutionScope)
            : new TypeName(_metadata.GetString(type.Namespace), _metadata.GetString(type.Name));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static bool IsOurs(TypeName type) => type.Namespace.StartsWith("PpcJit", StringComparison.Ordinal);

    private IEnumerable<TypeName> UsedBy(TypeDefinition type)
    {
        List<TypeName> used = [.. Of(type.BaseType)];
        foreach (InterfaceImplementationHandle handle in type.GetInterfaceImplementations())
            used.AddRange(Of(_metadata.GetInterfaceImplementation(handle).Interface));
        foreach (FieldDefinitionHandle handle in type.GetFields())
            used.AddRange(_metadata.GetFieldDefinition(handle).DecodeSignature(_names, null));
        foreach (CustomAttributeHandle handle in type.GetCustomAttributes())
            used.AddRange(Of(_metadata.GetCustomAttribute(handle).Constructor));
        foreach (GenericParameterConstraintHandle handle in type.GetGenericParameters().SelectMany(
            parameter => _metadata.GetGenericParameter(parameter).GetConstraints()))
            used.AddRange(Of(_metadata.GetGenericParameterConstraint(handle).Type));
        foreach (MethodDefinitionHandle handle in type.GetMethods())
            used.AddRange(UsedBy(_metadata.GetMethodDefinition(handle)));
        return used;
    }

    private IEnumerable<TypeName> UsedBy(MethodDefinition method)
    {
        List<TypeName> used = [.. TypeNames.Of(method.DecodeSignature(_names, null))];
        if (method.RelativeVirtualAddress == 0)
            return used;
        MethodBodyBlock body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            used.AddRange(_metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_names, null).SelectMany(types => types));
        used.AddRange(ILTokens.Of(body).SelectMany(Of));
        return used;
    }

    private IEnumerable<TypeName> Of(EntityHandle handle) => handle.IsNil ? [] : handle.Kind switch
    {
        HandleKind.TypeDefinition => [NameOf((TypeDefinitionHandle)handle)],
        HandleKind.TypeReference => [NameOf((TypeReferenceHandle)handle)],
        HandleKind.TypeSpecification => _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_names, null),
        HandleKind.MethodDefinition => [NameOf(_metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType())],
        HandleKind.FieldDefinition => [NameOf(_metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType())],
        HandleKind.MemberReference => OfMember(_metadata.GetMemberReference((MemberReferenceHandle)handle)),
        HandleKind.MethodSpecification => OfInstantiation(_metadata.GetMethodSpecification((MethodSpecificationHandle)handle)),
        _ => [],
    };

    private IEnumerable<TypeName> OfMember(MemberReference member) => member.GetKind() == MemberReferenceKind.Field
        ? Of(member.Parent).Concat(member.DecodeFieldSignature(_names, null))
        : Of(member.Parent).Concat(TypeNames.Of(member.DecodeMethodSignature(_names, null)));

    private IEnumerable<TypeName> OfInstantiation(MethodSpecification method) =>
        Of(method.Method).Concat(method.DecodeSignature(_names, null).SelectMany(types => types));
}
